import type { Item, ThreadItem, Turn } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { type Entry, entriesOf, entryIndex, isSameEntry } from "./entries.ts";
import { mentionAt, withPath } from "./mention.ts";
import { stepsOf } from "./plan-list.tsx";
import { endOf, oneLine } from "./shortened.ts";
import type { ThreadView } from "./thread-follower.ts";

const turn = (id: string, part: Partial<Turn> = {}) => ({ id, status: "completed", ...part }) as Turn;
const item = (seq: number, turn_id: string): ThreadItem => ({
  seq,
  turn_id,
  at: "2026-01-01T00:00:00Z",
  item: { id: `item ${seq}`, kind: "message" },
});
const view = (part: Partial<ThreadView>): ThreadView => ({
  thread_id: "thr",
  title: "",
  status: "idle",
  items: [],
  turns: [],
  live: { text: "", items: [] },
  queue: [],
  approvals: [],
  began: new Map(),
  ...part,
});
const shape = (entries: readonly Entry[]) => entries.map(({ kind, key }) => `${kind} ${key}`);

describe("the rows of a conversation", () => {
  it("are the turns with what happened in each, also those in which nothing did", () => {
    const rows = entriesOf(
      view({
        turns: [turn("a"), turn("b", { status: "failed" }), turn("c")],
        items: [item(1, "a"), item(2, "a"), item(3, "c")],
      }),
    );
    expect(shape(rows)).toEqual(["turn a", "item 1", "item 2", "turn b", "end end b", "turn c", "item 3"]);
  });

  it("begin with what was said in turns that are not told any more", () => {
    const rows = entriesOf(view({ turns: [turn("b")], items: [item(1, "a"), item(2, "b")] }));
    expect(shape(rows)).toEqual(["item 1", "turn b", "item 2"]);
  });

  it("end with what happens now", () => {
    const running: Item = { id: "x", kind: "command", command: "ls" };
    const rows = entriesOf(
      view({
        turns: [turn("a", { status: "running" })],
        live: { text: "so", items: [running] },
        began: new Map([["x", "2026-01-01T00:00:01Z"]]),
      }),
    );
    expect(shape(rows)).toEqual(["turn a", "running running x", "saying saying"]);
    expect(rows[1]).toMatchObject({ since: "2026-01-01T00:00:01Z" });
  });

  it("are found by an address: the item, else its turn", () => {
    const rows = entriesOf(view({ turns: [turn("a")], items: [item(7, "a")] }));
    expect(entryIndex(rows, { turn: "a", item: "7" })).toBe(1);
    expect(entryIndex(rows, { turn: "a", item: "8" })).toBe(0);
    expect(entryIndex(rows, { turn: undefined, item: undefined })).toBe(-1);
  });

  it("are drawn again only when they changed", () => {
    const one = view({ turns: [turn("a")], items: [item(1, "a")] });
    const [before, after] = [entriesOf(one), entriesOf({ ...one, live: { text: "more", items: [] } })];
    expect(isSameEntry(before[1]!, after[1]!)).toBe(true);
    const changed = entriesOf({ ...one, turns: [turn("a", { status: "failed" })] });
    expect(isSameEntry(before[0]!, changed[0]!)).toBe(false);
  });
});

describe("a file that is named by a person", () => {
  it.each([
    ["look at @src/su", 15, "src/su"],
    ["@", 1, ""],
    ["(@a b", 3, "a"],
    ["mail a@b.org", 12, null],
    ["@done and on", 12, null],
  ])("is seen in %j", (text, caret, query) => {
    expect(mentionAt(text, caret)?.query ?? null).toBe(query);
  });

  it("takes the place of what was typed of it", () => {
    const text = "see @su and on";
    const mention = mentionAt(text, 7)!;
    expect(withPath(text, mention, "src/sum.js")).toEqual({ text: "see @src/sum.js and on", caret: 16 });
  });
});

it("a plan is read as steps when all of it is a checklist", () => {
  expect(stepsOf("[x] read\n[>] mend\n- [~] check\n[ ] tell")).toEqual([
    { state: "done", text: "read" },
    { state: "running", text: "mend" },
    { state: "running", text: "check" },
    { state: "open", text: "tell" },
  ]);
  expect(stepsOf("First I read.\n[x] read")).toBeNull();
  expect(stepsOf("")).toBeNull();
});

it("a long text is shown from its end, and by its first line", () => {
  expect(endOf("abcdef", 4)).toEqual({ shown: "cdef", left: 2 });
  expect(endOf("abc", 4)).toEqual({ shown: "abc", left: 0 });
  expect(oneLine("one\ntwo")).toBe("one …");
  expect(oneLine("  one  ")).toBe("one");
});
