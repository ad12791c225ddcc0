import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { approves, implementer, reviewer, type World, type WorldOptions, world } from "../scenarios/world.ts";

/**
 * In a conversation it writes what it is told to ("write FILE TEXT"); in a task it rights the sum. Scripted, no model.
 */
const scribe = implementer(`
  const words = prompt.trim().split("\\n").at(-1);
  const [, file, text] = /^write (\\S+) (.*)$/.exec(words) ?? [];
  if (/^Round: /m.test(prompt)) write("sum.js", "module.exports = (a, b) => a + b;\\n");
  else if (file) write(file, text + "\\n");
  say("heard: " + words);`);
const right = "write sum.js module.exports = (a, b) => a + b;";
const wrong = "write sum.js module.exports = (a, b) => a * b;";

const git = (root: string, ...args: string[]) =>
  execFileSync("git", ["-C", root, ...args], { encoding: "utf8", env: { PATH: process.env["PATH"] } }).trim();

function talk(options: WorldOptions = {}): Promise<World> {
  return world({ agents: { scribe, critic: approves }, ...options });
}

async function conversation(w: World, ...inputs: string[]): Promise<{ thread_id: string; turns: string[] }> {
  const { thread_id } = await w.call("thread/start", {
    project: "app",
    agent: "scribe",
    title: "Right the sum",
  });
  const turns: string[] = [];
  for (const input of inputs) {
    const turn_id = (await w.call("turn/start", { thread_id, input })).turn_id ?? "";
    await w.event((event) => event.type === "turn.ended" && event.turn_id === turn_id);
    turns.push(turn_id);
  }
  return { thread_id, turns };
}

const implementerTurns = async (w: World, task_id: string) =>
  (await w.events(task_id, "turn.started")).flatMap((event) =>
    event.type === "turn.started" && event.data.role === "implementer" ? [event.data.round] : [],
  );

describe("proving a conversation", () => {
  it.each(["sqlite", "postgres"] as const)(
    "validates, reviews and publishes its newest checkpoint without another turn of its agent, on %s [req:thread.prove, thread.prove.kept, sessions.authoring]",
    async (database) => {
      await using w = await talk({ database });
      const { thread_id, turns } = await conversation(w, "write notes.txt first", right);
      const thread = await w.call("thread/get", { thread_id });
      const plan = async () => (await w.call("session/plan", { session_id: thread_id }))?.runtime.authoring;
      expect(await plan()).toMatchObject({ request: right, phase: "edits_applied" });
      const made = await w.call("thread/prove", { thread_id });
      expect(made).toMatchObject({
        thread_id,
        turn_id: turns[1],
        checkpoint: thread.head_sha,
        base_sha: thread.base_sha,
      });
      const task = await w.settled(made.task_id);
      expect(task).toMatchObject({
        status: "done",
        title: "Right the sum",
        agent: "scribe",
        source: "thread",
        external_id: thread_id,
        base_sha: thread.base_sha,
        attempts: 1,
        changes: { files: 2 },
        evidence: { state: "passed", commit: task.head_sha },
        review: { state: "approved", agent: "critic", commit: task.head_sha },
      });
      expect(await implementerTurns(w, task.id)).toEqual([]);
      const branch = task.branch ?? "";
      expect(git(w.root, "rev-parse", branch)).toBe(task.head_sha);
      expect(git(w.root, "rev-parse", `${branch}^`)).toBe(thread.head_sha);
      expect(git(w.root, "diff", "--stat", thread.head_sha ?? "", branch)).toBe("");
      expect(git(w.root, "log", "-1", "--format=%B", branch)).not.toContain("CLAIMED");
      const proof = await w.call("task/proof", { task_id: task.id });
      expect(JSON.stringify(proof)).toContain(task.head_sha);
      expect((await w.call("task/diff", { task_id: task.id })).files.map(({ path }) => path)).toEqual([
        "notes.txt",
        "sum.js",
      ]);
      // What Harness itself proved is validated, in the conversation too.
      expect(await plan()).toMatchObject({ request: right, phase: "validated" });
      // Each names the other, in what is shown and in the log.
      expect((await w.call("thread/get", { thread_id })).proofs).toEqual([
        { task_id: task.id, turn_id: turns[1], checkpoint: thread.head_sha, status: "done", branch },
      ]);
      expect(await w.events(task.id, "thread.proof_requested")).toMatchObject([
        { thread_id, task_id: task.id, data: { turn_id: turns[1], checkpoint: thread.head_sha } },
      ]);
    },
  );

  it("sends red checks to the conversation's agent, from that commit, and publishes what is green [req:thread.prove.back]", async () => {
    await using w = await talk();
    const { thread_id } = await conversation(w, "write notes.txt kept", wrong);
    const made = await w.call("thread/prove", { thread_id });
    const task = await w.settled(made.task_id);
    expect(task).toMatchObject({ status: "done", attempts: 1, evidence: { state: "passed" } });
    expect(await implementerTurns(w, task.id)).toEqual([2]);
    const branch = task.branch ?? "";
    expect(git(w.root, "show", `${branch}:notes.txt`)).toBe("kept");
    expect(git(w.root, "show", `${branch}:sum.js`)).toContain("a + b");
    git(w.root, "merge-base", "--is-ancestor", made.checkpoint, branch);
    expect(git(w.root, "log", "--format=%H", `${made.checkpoint}..${branch}`).split("\n")).toHaveLength(2);
    // The agent reads what was asked for, the reviewer judges by it.
    const prompts = await w.call("task/prompts", { task_id: task.id });
    expect(prompts.map(({ prompt }) => prompt.includes(wrong))).toEqual([true, true]);
  });

  it("sends what a reviewer asks for to the conversation's agent [req:thread.prove.back]", async () => {
    const picky = reviewer(
      `if (round === 1) answer("changes_requested", [finding("high")]); else answer("approved");`,
    );
    const plus = "write sum.js module.exports = (a, b) => b + a;";
    await using w = await talk({ agents: { scribe, critic: picky } });
    const { thread_id } = await conversation(w, plus);
    const task = await w.settled((await w.call("thread/prove", { thread_id })).task_id);
    expect(task).toMatchObject({ status: "done", review: { state: "approved", rounds: 2 } });
    expect(await implementerTurns(w, task.id)).toEqual([2]);
  });

  it("never lets an author of the conversation review it; a retry proves it anew [req:thread.prove]", async () => {
    const both = { source: scribe.source, roles: ["implementer", "reviewer"] };
    await using w = await talk({ agents: { scribe: both } });
    const { thread_id } = await conversation(w, right);
    const { task_id } = await w.call("thread/prove", { thread_id });
    const waits = { status: "waiting", block_reason: { code: "no_reviewer" }, evidence: { state: "passed" } };
    expect(await w.settled(task_id)).toMatchObject({ ...waits, attempts: 1 });
    await w.call("task/cancel", { task_id });
    await w.call("task/retry", { task_id });
    expect(await w.settled(task_id)).toMatchObject({ ...waits, attempts: 2 });
    expect(await implementerTurns(w, task_id)).toEqual([]);
  });

  it("takes the checkpoint after a named turn, and goes on when the conversation is deleted [req:thread.prove.kept]", async () => {
    await using w = await talk({ config: "[concurrency]\nmax_concurrent_tasks = 1" });
    const { thread_id, turns } = await conversation(w, right, wrong);
    const made = await w.call("thread/prove", { thread_id, turn_id: turns[0], prompt: "Make sum add" });
    await w.call("thread/delete", { thread_id });
    const task = await w.settled(made.task_id);
    expect(task).toMatchObject({ status: "done", changes: { files: 1 }, external_id: thread_id });
    expect(git(w.root, "show", `${task.branch}:sum.js`)).toBe("module.exports = (a, b) => a + b;");
    expect(await implementerTurns(w, task.id)).toEqual([]);
  });

  it("is worked on like any other when it is revised [req:thread.prove.back]", async () => {
    await using w = await talk();
    const { thread_id } = await conversation(w, right);
    const { task_id } = await w.call("thread/prove", { thread_id });
    await w.settled(task_id);
    await w.call("task/revise", { task_id, prompt: "write more.txt more" });
    const revised = await w.settled(task_id);
    expect(await implementerTurns(w, task_id)).toEqual([1]);
    expect(revised).toMatchObject({ attempts: 2, revisions: 1 });
  });

  it("answers a repeat with the same key once [req:thread.prove]", async () => {
    await using w = await talk();
    const { thread_id } = await conversation(w, right);
    const idempotency_key = "again";
    const first = await w.call("thread/prove", { thread_id, idempotency_key });
    expect(await w.call("thread/prove", { thread_id, idempotency_key })).toEqual(first);
    await expect(
      w.call("thread/prove", { thread_id, idempotency_key, title: "other" }),
    ).rejects.toMatchObject({ code: "idempotency_conflict" });
    await w.settled(first.task_id);
    expect((await w.call("thread/get", { thread_id })).proofs).toHaveLength(1);
    // What was made for the repeats is let go of.
    const { project_id } = await w.call("task/get", { task_id: first.task_id });
    const mirror = w.path("data", "mirrors", `${project_id}.git`);
    const refs = git(mirror, "for-each-ref", "--format=%(refname)", "refs/harness/").split("\n");
    const owners = new Set(refs.map((ref) => ref.split("/")[2]));
    expect(owners).toEqual(new Set([thread_id, first.task_id]));
  });

  it("is refused where nothing was changed, for an unknown turn and for the thread of a task [req:thread.prove]", async () => {
    await using w = await talk();
    const { thread_id, turns } = await conversation(w, "just talk");
    await expect(w.call("thread/prove", { thread_id })).rejects.toMatchObject({ code: "nothing_to_prove" });
    await expect(w.call("thread/prove", { thread_id, turn_id: turns[0] })).rejects.toMatchObject({
      code: "nothing_to_prove",
    });
    const unknown = `turn_${"0".repeat(26)}`;
    await expect(w.call("thread/prove", { thread_id, turn_id: unknown })).rejects.toMatchObject({
      code: "turn_not_found",
    });
    const original = "write sum.js module.exports = (a, b) => a - b;";
    const undone = await conversation(w, wrong, original);
    await expect(w.call("thread/prove", { thread_id: undone.thread_id })).rejects.toMatchObject({
      code: "nothing_to_prove",
      message: expect.stringContaining("as it was at its base"),
    });
    const task = await w.run({ agent: "scribe" });
    const threads = (await w.call("thread/list", { task_id: task.id })).data;
    await expect(w.call("thread/prove", { thread_id: threads[0]?.id ?? "" })).rejects.toMatchObject({
      code: "thread_of_task",
    });
  });
});
