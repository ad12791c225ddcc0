import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { implementer, sumFiles, type World, world } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { testDir } from "../support/test-app.ts";

/** Writes what it is told to: "write FILE TEXT". */
const scribe = implementer(`
  const words = prompt.trim().split("\\n").at(-1);
  const [, file, text] = /^write (\\S+) (.*)$/.exec(words) ?? [];
  if (file) write(file, text + "\\n");
  say("heard: " + words);`);
const agents = { scribe };

const git = (root: string, ...args: string[]) =>
  execFileSync("git", ["-C", root, ...args], { encoding: "utf8", env: { PATH: process.env["PATH"] } }).trim();
/** What a person sees of their own checkout, and every branch but ours. */
const own = (root: string) => [
  git(root, "status", "--porcelain", "--branch"),
  git(root, "rev-parse", "HEAD"),
];

async function start(w: World, title = "Add notes"): Promise<string> {
  return (await w.call("thread/start", { project: "app", agent: "scribe", title })).thread_id;
}

async function said(w: World, thread_id: string, input: string): Promise<string> {
  const turn_id = (await w.call("turn/start", { thread_id, input })).turn_id ?? "";
  await w.event((event) => event.type === "turn.ended" && event.turn_id === turn_id);
  return turn_id;
}

describe("publishing a conversation", () => {
  it("makes its newest checkpoint a branch, CLAIMED, and touches nothing else [req:thread.publish]", async () => {
    await using w = await world({ agents });
    const before = own(w.root);
    const thread_id = await start(w);
    await expect(w.call("thread/publish", { thread_id })).rejects.toMatchObject({
      code: "nothing_to_publish",
    });
    await said(w, thread_id, "write a.txt one");
    const made = await w.call("thread/publish", { thread_id });
    const thread = await w.call("thread/get", { thread_id });
    expect(made).toMatchObject({ trust: "claimed", commit: thread.head_sha, already_there: false });
    expect(made.branch).toMatch(/add-notes-[a-z0-9]{8}$/);
    expect(git(w.root, "rev-parse", made.branch)).toBe(thread.head_sha);
    expect(git(w.root, "log", "-1", "--format=%B", made.branch)).toContain(
      "Trust: CLAIMED, neither validated nor reviewed",
    );
    expect(git(w.root, "show", `${made.branch}:a.txt`)).toBe("one");
    expect(own(w.root)).toEqual(before);
    const again = await w.call("thread/publish", { thread_id });
    expect(again).toEqual({ ...made, already_there: true });
    expect(thread.publications).toMatchObject([{ branch: made.branch, trust: "claimed" }]);
    const told = await w.app.log.read({ afterSeq: 0, filter: { thread_id, types: ["thread.published"] } });
    expect(told).toMatchObject([{ data: { branch: made.branch, commit: made.commit, trust: "claimed" } }]);
  });

  it("moves its own branch forward, and never one that somebody moved or that was there before [req:thread.publish]", async () => {
    await using w = await world({ agents });
    const thread_id = await start(w);
    const first = await said(w, thread_id, "write a.txt one");
    const made = await w.call("thread/publish", { thread_id });
    await said(w, thread_id, "write a.txt two");
    const moved = await w.call("thread/publish", { thread_id });
    expect(moved.branch).toBe(made.branch);
    expect(git(w.root, "rev-parse", made.branch)).toBe(moved.commit);
    // Somebody works on it: it is theirs now.
    git(w.root, "branch", "--force", made.branch, "HEAD");
    await said(w, thread_id, "write a.txt three");
    const beside = await w.call("thread/publish", { thread_id });
    expect(beside.branch).toBe(`${made.branch}-2`);
    expect(git(w.root, "rev-parse", made.branch)).toBe(git(w.root, "rev-parse", "HEAD"));
    const old = await w.call("thread/publish", { thread_id, turn_id: first, branch: "mine/first" });
    expect(git(w.root, "show", "mine/first:a.txt")).toBe("one");
    expect(old).toMatchObject({ branch: "mine/first", commit: made.commit });
    await w.call("thread/rollback", { thread_id, to_turn: first });
    const back = await w.call("thread/publish", { thread_id });
    expect(git(w.root, "rev-parse", back.branch)).toBe(made.commit);
    expect(git(w.root, "rev-parse", beside.branch)).toBe(beside.commit);
  });

  it("is refused with a secret in it, told by its kind and never by its value [req:secrets.egress]", async () => {
    const leaker = implementer('write("a.txt", "ghp_" + "a1B2".repeat(9)); say("done");');
    await using w = await world({ agents: { scribe: leaker } });
    const thread_id = await start(w);
    const key = `ghp_${"a1B2".repeat(9)}`;
    await said(w, thread_id, "write the notes");
    const branches = git(w.root, "branch", "--list");
    const refused = await w.call("thread/publish", { thread_id }).catch((error: Error) => error);
    expect(refused).toMatchObject({ code: "secret_egress" });
    expect(String(refused)).toMatch(/github-token in a\.txt \(commit \w+\), line 1, fingerprint \w{16}/);
    expect(String(refused)).not.toContain(key);
    expect(git(w.root, "branch", "--list")).toBe(branches);
  });

  it("is refused for the thread of a task, for a turn it does not have and for a bad name [req:thread.publish]", async () => {
    await using w = await world();
    const task = await w.run();
    const threads = (await w.call("thread/list", { task_id: task.id })).data;
    const of = threads.find(({ role }) => role === "implementer");
    await expect(w.call("thread/publish", { thread_id: of?.id ?? "" })).rejects.toMatchObject({
      code: "thread_of_task",
    });
    const { thread_id } = await w.call("thread/fork", { thread_id: of?.id ?? "" });
    const turn_id = `turn_${"0".repeat(26)}`;
    await expect(w.call("thread/publish", { thread_id, turn_id })).rejects.toMatchObject({
      code: "turn_not_found",
    });
    for (const branch of ["a..b", "x.lock"])
      await expect(w.call("thread/publish", { thread_id, branch })).rejects.toMatchObject({
        code: "invalid_ref",
      });
    for (const taken of ["taken", ...[2, 3, 4, 5, 6, 7, 8, 9].map((n) => `taken-${n}`)])
      git(w.root, "branch", taken, "HEAD");
    await expect(w.call("thread/publish", { thread_id, branch: "taken" })).rejects.toMatchObject({
      code: "branch_taken",
    });
    expect(await w.app.storage.reader.selectFrom("publications").selectAll().execute()).toEqual([]);
  });

  it("K12: killed between the branch and its record, finds the one branch again [req:thread.publish-crash]", async () => {
    const dir = testDir("publish");
    const repo = path.join(dir, "repo");
    makeRepository(repo, sumFiles);
    let server: ServerProcess = await startServerProcess({ dir, agents, failpoint: "K12" });
    try {
      await server.client.call("project/create", { root: repo, id: "app" });
      const { thread_id } = await server.client.call("thread/start", { project: "app", agent: "scribe" });
      const { turn_id } = await server.client.call("turn/start", { thread_id, input: "write a.txt one" });
      for await (const { event } of server.client.stream("thread", { thread_id, after_seq: 0 }))
        if (event.type === "turn.ended" && event.turn_id === turn_id) break;
      await expect(server.client.call("thread/publish", { thread_id })).rejects.toThrow();
      await server.exited;
      const branches = git(repo, "branch", "--list", "--format=%(refname:short)");
      server = await startServerProcess({ dir, agents });
      const again = await server.client.call("thread/publish", { thread_id });
      expect(again.already_there).toBe(true);
      expect(branches.split("\n")).toContain(again.branch);
      expect(git(repo, "branch", "--list", "--format=%(refname:short)")).toBe(branches);
      const thread = await server.client.call("thread/get", { thread_id });
      expect(thread.publications).toMatchObject([{ branch: again.branch, commit: again.commit }]);
    } finally {
      await server.kill("SIGKILL");
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
