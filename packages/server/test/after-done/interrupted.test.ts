import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { approves, sumFiles, world } from "../scenarios/world.ts";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { allEvents, verifyInvariants } from "../support/invariants.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { testDir } from "../support/test-app.ts";
import { fingerprint, finished, refs, refusal, userCommit } from "./support.ts";

const status = (root: string) => userGit(root, "status", "--porcelain=v1");

describe("a branch or checkout that moves while work lands", () => {
  it("is never overwritten: the files go back and the person is told [req:land.race]", async () => {
    let meanwhile = (): void => {};
    await using w = await world({
      failpoint: (name) => {
        if (name === "K19") meanwhile();
      },
    });
    const task = await finished(w);
    const other = userGit(w.root, "commit-tree", "-p", "main", "-m", "theirs", "main^{tree}");
    meanwhile = () => void userGit(w.root, "update-ref", "refs/heads/main", other);
    const files = readFileSync(path.join(w.root, "sum.js"), "utf8");
    const refused = await refusal(w.call("task/accept", { task_id: task.id, into: "main" }));
    expect(refused).toMatchObject({ code: "head_moved" });
    expect(userGit(w.root, "rev-parse", "main")).toBe(other);
    expect(readFileSync(path.join(w.root, "sum.js"), "utf8")).toBe(files);
    expect(status(w.root)).toBe("");
    expect(await w.events(task.id, "task.landed")).toEqual([]);
    meanwhile = () => {};
    expect((await w.call("task/accept", { task_id: task.id, into: "main" })).landed).toMatchObject({
      how: "merge",
    });
  });

  it("lands once when two people land at the same moment [req:land.race, land.once]", async () => {
    await using w = await world();
    const task = await finished(w);
    userCommit(w.root, "theirs.txt", "theirs\n");
    const both = await Promise.all(
      [0, 1].map(() => w.call("task/accept", { task_id: task.id, into: "main" })),
    );
    expect(both[0]?.landed).toEqual(both[1]?.landed);
    expect(userGit(w.root, "rev-list", "--count", "--merges", "main")).toBe("1");
    expect(await w.events(task.id, "task.landed")).toHaveLength(1);
  });

  it("finishes what an earlier try left half done, but not over a person's own edit [req:land.crash, land.dirty]", async () => {
    let dies = true;
    await using w = await world({
      files: { ...sumFiles, "keep.txt": "keep\n" },
      failpoint: (name) => {
        if (name === "K19" && dies) throw new Error("died here");
      },
    });
    const task = await finished(w);
    const land = () => w.call("task/accept", { task_id: task.id, into: "main" });
    await refusal(land());
    expect(status(w.root)).toBe("M  sum.js");
    dies = false;
    writeFileSync(path.join(w.root, "keep.txt"), "edited\n");
    expect(await refusal(land())).toMatchObject({ code: "checkout_dirty" });
    expect(readFileSync(path.join(w.root, "keep.txt"), "utf8")).toBe("edited\n");
    writeFileSync(path.join(w.root, "keep.txt"), "keep\n");
    // As if it had died in the middle of the files: one is old again, and the index does not fit it.
    writeFileSync(path.join(w.root, "sum.js"), sumFiles["sum.js"]);
    expect(await land()).toMatchObject({ landed: { how: "fast_forward" }, verified: true });
    expect(status(w.root)).toBe("");
    expect(userGit(w.root, "rev-parse", "HEAD")).toBe(task.head_sha);
  });

  it("answers the same merge when it died after the branch had moved [req:land.crash, land.once]", async () => {
    let dies = true;
    await using w = await world({
      failpoint: (name) => {
        if (name === "K20" && dies) throw new Error("died here");
      },
    });
    const task = await finished(w);
    userCommit(w.root, "theirs.txt", "theirs\n");
    await refusal(w.call("task/accept", { task_id: task.id, into: "main" }));
    const merge = userGit(w.root, "rev-parse", "main");
    expect((await w.call("task/get", { task_id: task.id })).landed).toBeNull();
    dies = false;
    const before = [fingerprint(w.root), refs(w.root)];
    const landed = await w.call("task/accept", { task_id: task.id, into: "main" });
    expect(landed.landed).toMatchObject({ how: "merge", commit: merge });
    expect([fingerprint(w.root), refs(w.root)]).toEqual(before);
  });
});

const read = "const prompt = require('fs').readFileSync(0, 'utf8');";
const agents = {
  writer: {
    source: `${read} require('fs').appendFileSync('new.txt', /The last revision/.test(prompt) ? 'revised\\n' : 'work\\n'); console.log('I wrote the file.');`,
    roles: ["implementer"],
  },
  judge: approves,
};

let server: ServerProcess | undefined;
let dir = "";
let root = "";

afterEach(async () => {
  await server?.kill("SIGKILL");
  server = undefined;
  rmSync(dir, { recursive: true, force: true });
});

/** A server that dies at a point, with a project of which one task is done. */
async function prepare(failpoint: string) {
  dir = testDir("after-done");
  root = makeRepository(path.join(dir, "repo"), { "a.txt": "a\n", "b.txt": "b\n" });
  server = await startServerProcess({ dir, agents, failpoint });
  await server.client.call("project/create", {
    root,
    default: true,
    validation: [{ name: "check", argv: ["grep", "-q", "work", "new.txt"] }],
  });
  const { task_id } = await server.client.call("task/create", { prompt: "Make new.txt", agent: "writer" });
  const task = await ended(server, task_id);
  expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
  return task;
}

async function ended(running: ServerProcess, task_id: string) {
  for (;;) {
    const task = await running.client.call("task/get", { task_id });
    const live = task.attempt_history.some((attempt) => attempt.status === "running");
    if (!live && (task.status === "done" || task.status === "failed" || task.status === "waiting"))
      return task;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The server dies of the call, and comes back. */
async function diesOf(call: Promise<unknown>): Promise<ServerProcess> {
  await call.catch(() => undefined);
  expect((await server!.exited).signal).toBe("SIGKILL");
  server = await startServerProcess({ dir, agents });
  return server;
}

describe("a server killed", () => {
  it.each([
    ["K19", "with the files updated and the branch not"],
    ["K20", "with the branch moved and nothing recorded"],
  ])("%s: lands once after dying %s [req:land.crash]", async (point) => {
    const task = await prepare(point);
    userCommit(root, "theirs.txt", "theirs\n");
    const wish = { task_id: task.id, into: "main" };
    const again = await diesOf(server!.client.call("task/accept", wish));
    const landed = await again.client.call("task/accept", wish);
    expect(landed.landed).toMatchObject({ how: "merge", commit: userGit(root, "rev-parse", "main") });
    expect(userGit(root, "rev-list", "--count", "--merges", "main")).toBe("1");
    expect(status(root)).toBe("");
    const events = await allEvents(again.client);
    expect(events.filter((event) => event.type === "task.landed")).toHaveLength(1);
    await verifyInvariants({ client: again.client, dataDir: path.join(dir, "data"), root });
  });

  it.each(["K21", "K22"])(
    "%s: a discard is finished by the next start [req:discard.crash]",
    async (point) => {
      const task = await prepare(point);
      const again = await diesOf(server!.client.call("task/discard", { task_id: task.id }));
      for (;;) {
        const events = await allEvents(again.client);
        if (events.some((event) => event.type === "task.discarded")) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(refs(root)).not.toContain("harness/");
      const repeated = await again.client.call("task/discard", { task_id: task.id });
      expect(repeated.branches).toMatchObject([{ branch: task.branch, deleted: true }]);
    },
  );

  it.each([
    ["K3@2", "after the claim"],
    ["K9@3", "after the agent's turn, before its result was stored"],
    ["K11@2", "after the snapshot's commit"],
    ["K12@2", "after the branch was moved, before that was recorded"],
  ])("%s: a revision is neither lost nor done twice after dying %s [req:revise.once]", async (point) => {
    const task = await prepare(point);
    await server!.client.call("task/revise", { task_id: task.id, prompt: "revise it" });
    const again = await diesOf(Promise.resolve());
    const revised = await ended(again, task.id);
    expect(revised).toMatchObject({ status: "done", branch: task.branch, revisions: 1 });
    const text = userGit(root, "show", `${task.branch}:new.txt`);
    // A turn whose result was lost is told once more, on top of the work it had done.
    const lost = point.startsWith("K9") || point.startsWith("K11");
    expect(text).toBe(lost ? "work\nrevised\nrevised" : "work\nrevised");
    await verifyInvariants({ client: again.client, dataDir: path.join(dir, "data"), root });
  });
});
