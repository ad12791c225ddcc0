import { existsSync, realpathSync, rmSync } from "node:fs";
import path from "node:path";
import type { Result } from "@harness/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { approves, sumCheck, sumFiles, writesSum } from "../../server/test/scenarios/world.ts";
import { makeRepository, userGit } from "../../server/test/support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../../server/test/support/server-process.ts";
import { testDir } from "../../server/test/support/test-app.ts";
import { fakeServer } from "./support/fake-server.ts";
import { task, taskId } from "./support/samples.ts";
import { typed } from "./support/typed.ts";

const id = taskId("AAAA");
const head = "b".repeat(40);
const at = "2026-01-02T03:00:00.000Z";

const accepted = (how: "fast_forward" | "merge", verified: boolean): Result<"task/accept"> => ({
  task_id: id,
  status: "done",
  landed: { branch: "main", commit: head, how, at },
  verified,
  checkout: null,
});

describe("harness task accept", () => {
  it("asks before it lands done work in its base branch, and binds the answer to what was shown [req:cli.after-done]", async () => {
    await using server = await fakeServer({
      "task/get": () => task(id, "done"),
      "task/accept": () => accepted("fast_forward", true),
    });
    const words = ["task", "accept", id];
    const nobody = await typed(words, { url: server.url });
    expect(nobody.code).toBe(2);
    expect(nobody.err).toContain(`harness task accept ${id} --into main`);
    const no = await typed(words, { url: server.url, terminal: true, answers: ["n"] });
    expect(no).toMatchObject({ code: 2 });
    expect(server.calls.filter(({ name }) => name === "task/accept")).toEqual([]);
    const yes = await typed(words, { url: server.url, terminal: true, answers: ["y"] });
    expect(yes.code).toBe(0);
    expect(server.calls.at(-1)).toMatchObject({ params: { task_id: id, into: "main", head_sha: head } });
    const told = await typed([...words, "--into", "release", "--strategy", "ff_only"], { url: server.url });
    expect(told.code).toBe(0);
    expect(server.calls.at(-1)?.params).toEqual({ task_id: id, into: "release", strategy: "ff_only" });
  });

  it("says when what landed was not proven [req:cli.after-done]", async () => {
    let answer = accepted("merge", false);
    await using server = await fakeServer({ "task/accept": () => answer });
    const words = ["task", "accept", id, "--into", "main"];
    const merged = await typed(words, { url: server.url });
    expect(merged.out).toContain("verified\tno");
    expect(merged.err).toContain("The merged commit itself was not validated.");
    answer = accepted("fast_forward", true);
    expect((await typed(words, { url: server.url })).err).toBe("");
    const json = await typed([...words, "--json"], { url: server.url });
    expect(JSON.parse(json.out)).toEqual(answer);
  });

  it("lets waiting work go on without a question [req:cli.after-done]", async () => {
    await using server = await fakeServer({
      "task/get": () => task(id, "waiting"),
      "task/accept": () => ({ task_id: id, status: "queued", landed: null, verified: null, checkout: null }),
    });
    const ran = await typed(["task", "accept", id], { url: server.url });
    expect(ran).toMatchObject({ code: 0, err: "" });
    expect(server.calls.at(-1)?.params).toEqual({ task_id: id });
  });
});

describe("harness task revise and discard", () => {
  it("need something to change, and a yes [req:cli.after-done]", async () => {
    await using server = await fakeServer({
      "task/get": () => task(id, "done"),
      "task/revise": () => ({ task_id: id, status: "queued", revision: 2 }),
      "task/discard": () => ({
        task_id: id,
        status: "done",
        discarded_at: at,
        branches: [{ branch: "harness/x", deleted: false, why: "It is checked out in /x." }],
      }),
    });
    expect(await typed(["task", "revise", id], { url: server.url })).toMatchObject({ code: 2 });
    const revised = await typed(["task", "revise", id, "name", "it", "total"], { url: server.url });
    expect(revised.out).toContain("revision\t2");
    expect(server.calls.at(-1)?.params).toEqual({ task_id: id, prompt: "name it total" });
    const nobody = await typed(["task", "discard", id], { url: server.url });
    expect(nobody.err).toContain(`harness task discard ${id} --yes`);
    const no = await typed(["task", "discard", id], { url: server.url, terminal: true, answers: [""] });
    expect(no.code).toBe(2);
    expect(server.calls.filter(({ name }) => name === "task/discard")).toEqual([]);
    const yes = await typed(["task", "discard", id, "--yes"], { url: server.url });
    expect(yes.err).toContain("The branch harness/x was kept. It is checked out in /x.");
  });
});

let server: ServerProcess | undefined;
let dir = "";
afterEach(async () => {
  await server?.kill("SIGKILL");
  server = undefined;
  if (dir !== "") rmSync(dir, { recursive: true, force: true });
});

async function ended(running: ServerProcess, task_id: string) {
  for (;;) {
    const found = await running.client.call("task/get", { task_id });
    const live = found.attempt_history.some((attempt) => attempt.status === "running");
    if (!live && found.status === "done") return found;
    expect(["failed", "waiting"]).not.toContain(found.status);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("taking work from there, with a real server", () => {
  it("goes from the change to a checkout, a revision, a landing and the end of it [req:cli.after-done, cli.diff-views, task.checkout]", async () => {
    dir = testDir("cli-after-done");
    const root = makeRepository(path.join(dir, "repo"), sumFiles);
    server = await startServerProcess({ dir, agents: { writer: writesSum, critic: approves } });
    await server.client.call("project/create", { root, default: true, validation: [sumCheck] });
    const { task_id } = await server.client.call("task/create", { prompt: "Make sum add" });
    const done = await ended(server, task_id);
    const env = { HARNESS_URL: server.url, HARNESS_TOKEN: server.token };
    const run = (...words: string[]) => typed(words, { env, cwd: dir });

    expect((await run("task", "diff", "last")).out).toContain("+module.exports = (a, b) => a + b;");
    expect((await run("task", "diff", "last", "--stat")).out).toContain("modified\t+1\t-1\tsum.js");
    expect((await run("task", "diff", "last", "--name-only")).out).toBe("sum.js\n");

    const placed = await run("task", "checkout", "last", "--path", "look");
    const look = path.join(realpathSync(dir), "look");
    expect(placed.out).toContain(`go\tcd ${look}`);
    expect(existsSync(path.join(look, "sum.js"))).toBe(true);
    expect((await run("task", "checkout", "last")).err).toContain("It was checked out there already.");
    userGit(root, "worktree", "remove", look);

    const landed = await run("task", "accept", "last", "--into", "main", "--json");
    expect(JSON.parse(landed.out)).toMatchObject({ landed: { how: "fast_forward", commit: done.head_sha } });
    expect(userGit(root, "rev-parse", "HEAD")).toBe(done.head_sha);
    expect((await run("task", "show", "last")).out).toContain("landed\tfast_forward into main");

    expect((await run("task", "revise", "last", "again")).code).toBe(0);
    expect(await ended(server, task_id)).toMatchObject({ revisions: 1, head_sha: done.head_sha });

    const refused = await run("task", "accept", "last", "--into", "nowhere");
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain("There is no branch nowhere.");
    const gone = await run("task", "discard", "last", "--yes");
    expect(gone.out).toContain(`deleted\t${done.branch}`);
    expect((await run("task", "retry", "last")).err).toContain("it was discarded at");
  }, 180_000);
});
