import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Result } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { implementer, type World, world } from "../scenarios/world.ts";

/** Writes what it is told to: "write FILE TEXT"; else it says what it was told. */
const scribe = implementer(`
  const words = prompt.trim().split("\\n").at(-1);
  const [, file, text] = /^write (\\S+) (.*)$/.exec(words) ?? [];
  if (file) write(file, text + "\\n");
  say("heard: " + words);`);

/** Holds on until its file is there. */
const holds = implementer(`
  say("begun");
  const words = prompt.trim().split("\\n").at(-1);
  if (words === "hold") setInterval(() => { if (fs.existsSync("go")) process.exit(0); }, 20);
  else say("heard: " + words);`);

async function ended(w: World, turn_id: string): Promise<Result<"turn/status">> {
  await w.event((event) => event.type === "turn.ended" && event.turn_id === turn_id);
  return w.call("turn/status", { turn_id });
}

async function start(w: World, more: object = {}): Promise<string> {
  return (await w.call("thread/start", { project: "app", agent: "scribe", ...more })).thread_id;
}

async function said(w: World, thread_id: string, input: string): Promise<Result<"turn/status">> {
  const { turn_id } = await w.call("turn/start", { thread_id, input });
  return ended(w, turn_id ?? "");
}

const wordsOf = async (w: World, thread_id: string) =>
  (await w.call("thread/items", { thread_id })).data
    .filter(({ item }) => item.kind === "message")
    .map(({ item }) => `${item.role ?? "agent"}: ${item.text}`);

describe("a conversation with an agent", () => {
  it("works in a workspace of its own, with a checkpoint after every turn [req:thread.turns, thread.start, thread.list, turn.status]", async () => {
    await using w = await world({ agents: { scribe } });
    const thread_id = await start(w, { title: "Notes" });
    const first = await said(w, thread_id, "write a.txt one");
    expect(first).toMatchObject({ status: "completed", role: "chat", task_id: null });
    expect(first.items.map(({ kind, role }) => [kind, role])).toEqual([
      ["message", "user"],
      ["message", undefined],
    ]);
    expect((await w.call("thread/list", { project: "app" })).data.map(({ id }) => id)).toEqual([thread_id]);
    const second = await said(w, thread_id, "write b.txt two");
    expect(second.commit).not.toBe(first.commit);
    expect(await wordsOf(w, thread_id)).toEqual([
      "user: write a.txt one",
      "agent: heard: write a.txt one",
      "user: write b.txt two",
      "agent: heard: write b.txt two",
    ]);
    const thread = await w.call("thread/get", { thread_id });
    expect(thread).toMatchObject({ status: "idle", title: "Notes", turns: 2, head_sha: second.commit });
    const { patch } = await w.call("thread/diff", { thread_id });
    expect(patch).toContain("+one");
    expect(patch).toContain("+two");
    const since = await w.call("thread/diff", { thread_id, since_turn: first.id });
    expect(since.patch).not.toContain("+one");
    expect(readFileSync(path.join(w.root, "README.md"), "utf8")).toBe("# sum\n");
  });

  it("ends every turn with its checkpoint, also one that changed nothing [req:thread.turn-commit]", async () => {
    await using w = await world({ agents: { scribe } });
    const thread_id = await start(w);
    const turns = [await said(w, thread_id, "write a.txt one"), await said(w, thread_id, "nothing")];
    const ends = await w.app.log.read({ afterSeq: 0, filter: { thread_id, types: ["turn.ended"] } });
    const { head_sha } = await w.call("thread/get", { thread_id });
    expect(turns.map(({ commit }) => commit)).toEqual([head_sha, head_sha]);
    expect(ends.map(({ data }) => data)).toMatchObject([{ commit: head_sha }, { commit: head_sha }]);
  });

  it("goes back to a checkpoint and forgets what came later [req:thread.rollback]", async () => {
    await using w = await world({ agents: { scribe } });
    const thread_id = await start(w);
    const first = await said(w, thread_id, "write a.txt one");
    const second = await said(w, thread_id, "write a.txt two");
    const back = await w.call("thread/rollback", { thread_id, to_turn: first.id });
    expect(back.rolled_back).toEqual([second.id]);
    expect(back.thread.head_sha).toBe(first.commit);
    await said(w, thread_id, "write b.txt three");
    const { patch } = await w.call("thread/diff", { thread_id });
    expect(patch).toContain("+one");
    expect(patch).not.toContain("+two");
    expect(patch).toContain("+three");
    expect(await wordsOf(w, thread_id)).not.toContain("user: write a.txt two");
  });

  it("is forked at a turn, and the two go their own ways [req:thread.fork, thread.fork-unknown]", async () => {
    await using w = await world({ agents: { scribe } });
    const thread_id = await start(w);
    const first = await said(w, thread_id, "write a.txt one");
    await said(w, thread_id, "write a.txt two");
    const unknown = { thread_id, from_turn: `turn_${"0".repeat(26)}` };
    await expect(w.call("thread/fork", unknown)).rejects.toMatchObject({ code: "turn_not_found" });
    const fork = await w.call("thread/fork", { thread_id, from_turn: first.id });
    expect(fork.thread.forked_from).toEqual({ thread_id, turn_id: first.id });
    expect(await wordsOf(w, fork.thread_id)).toEqual([
      "user: write a.txt one",
      "agent: heard: write a.txt one",
    ]);
    await said(w, fork.thread_id, "write c.txt fork");
    const mine = await w.call("thread/diff", { thread_id: fork.thread_id });
    expect(mine.patch).toContain("+one");
    expect(mine.patch).not.toContain("+two");
    expect((await w.call("thread/diff", { thread_id })).patch).not.toContain("+fork");
  });

  it("is forked at an item: what was said up to it, the workspace before its turn [req:thread.fork-item]", async () => {
    await using w = await world({ agents: { scribe } });
    const thread_id = await start(w);
    const first = await said(w, thread_id, "write a.txt one");
    const second = await said(w, thread_id, "write a.txt two");
    await said(w, thread_id, "write a.txt three");
    const items = (await w.call("thread/items", { thread_id })).data;
    const [asked, answered] = items.filter(({ turn_id }) => turn_id === second.id);
    const fork = await w.call("thread/fork", { thread_id, item_seq: asked?.seq ?? 0 });
    expect(fork.thread).toMatchObject({ head_sha: first.commit, turns: 2 });
    expect(fork.thread.forked_from).toEqual({ thread_id, turn_id: second.id });
    expect(await wordsOf(w, fork.thread_id)).toEqual([
      "user: write a.txt one",
      "agent: heard: write a.txt one",
      "user: write a.txt two",
    ]);
    const { turn_history } = await w.call("thread/get", { thread_id: fork.thread_id });
    expect(turn_history.map(({ commit }) => commit)).toEqual([first.commit, null]);
    expect((await w.call("thread/diff", { thread_id: fork.thread_id })).patch).toContain("+one");
    // Up to its last item a turn is whole.
    const last = items.findLast(({ turn_id }) => turn_id === second.id)?.seq ?? 0;
    expect(last).toBeGreaterThanOrEqual(answered?.seq ?? 0);
    const whole = await w.call("thread/fork", { thread_id, item_seq: last, from_turn: second.id });
    expect(whole.thread.head_sha).toBe(second.commit);
    const elsewhere = { thread_id, item_seq: last, from_turn: first.id };
    await expect(w.call("thread/fork", elsewhere)).rejects.toMatchObject({ code: "invalid_params" });
    await expect(w.call("thread/fork", { thread_id, item_seq: last + 1_000_000 })).rejects.toMatchObject({
      code: "invalid_params",
    });
  });

  it("refuses words while a turn runs, or queues them, to be changed and taken out [req:thread.queue, turn.start, turn.cancel, thread.resume]", async () => {
    await using w = await world({ agents: { holds } });
    const thread_id = await start(w, { agent: "holds" });
    const { turn_id } = await w.call("turn/start", { thread_id, input: "hold" });
    await w.event((event) => event.type === "message.delta" && event.turn_id === turn_id);
    await expect(w.call("turn/start", { thread_id, input: "no" })).rejects.toMatchObject({
      code: "thread_busy",
    });
    const queued = await w.call("turn/start", { thread_id, input: "first", when_busy: "queue" });
    const out = await w.call("turn/start", { thread_id, input: "second", when_busy: "queue" });
    expect(queued).toMatchObject({ outcome: "queued", turn_id: null });
    await w.call("input/edit", { input_id: queued.input_id ?? "", text: "first, changed" });
    await w.call("input/remove", { input_id: out.input_id ?? "" });
    expect((await w.call("input/list", { thread_id })).data.map(({ text }) => text)).toEqual([
      "first, changed",
    ]);
    await w.call("turn/cancel", { turn_id: turn_id ?? "" });
    expect(await ended(w, turn_id ?? "")).toMatchObject({ status: "cancelled" });
    // A person interrupted it: the queue waits until one goes on.
    expect((await w.call("thread/get", { thread_id })).queue).toHaveLength(1);
    await w.call("thread/resume", { thread_id });
    await w.event((event) => event.type === "turn.ended" && event.turn_id !== turn_id);
    expect(await wordsOf(w, thread_id)).toContain("agent: begun\nheard: first, changed");
  });

  it("is deleted with everything that was its own [req:thread.delete]", async () => {
    await using w = await world({ agents: { scribe } });
    const thread_id = await start(w);
    await said(w, thread_id, "write a.txt one");
    expect(existsSync(w.path("data", "workspaces", thread_id))).toBe(true);
    await w.call("thread/delete", { thread_id });
    await expect(w.call("thread/get", { thread_id })).rejects.toMatchObject({ code: "thread_not_found" });
    expect(existsSync(w.path("data", "workspaces", thread_id))).toBe(false);
    for (const table of ["turns", "items", "inputs"] as const)
      expect(await w.app.storage.reader.selectFrom(table).selectAll().execute()).toEqual([]);
  });
});
