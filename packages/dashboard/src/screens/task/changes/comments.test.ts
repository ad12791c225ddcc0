import { expect, it } from "vitest";
import { Comments, messageOf } from "./comments.ts";

class Kept implements Storage {
  readonly #items = new Map<string, string>();
  get length(): number {
    return this.#items.size;
  }
  key = () => null;
  clear = () => this.#items.clear();
  getItem = (key: string) => this.#items.get(key) ?? null;
  setItem = (key: string, value: string) => void this.#items.set(key, value);
  removeItem = (key: string) => void this.#items.delete(key);
}

const anchor = { file: "src/sum.js", side: "after", line: 3 } as const;

it("keeps comments of a task until they are removed or sent", () => {
  const storage = new Kept();
  const comments = new Comments(storage, "task_1");
  comments.add(anchor, "return a + b;", "Say why.");
  comments.add({ ...anchor, line: 4 }, "}", "And here?");
  comments.edit(1, "Say why, please.");
  const again = new Comments(storage, "task_1");
  expect(again.all.value.map(({ id, text }) => [id, text])).toEqual([
    [1, "Say why, please."],
    [2, "And here?"],
  ]);
  expect(new Comments(storage, "task_2").all.value).toEqual([]);
  again.setDraft("note", "Nearly");
  again.setDraft("other", "x");
  again.setDraft("other", null);
  expect([...new Comments(storage, "task_1").drafts.value]).toEqual([["note", "Nearly"]]);
  again.setDraft("note", null);
  again.remove(1);
  again.clear();
  expect(storage.length).toBe(0);
});

it("forgets what it did not write", () => {
  const storage = new Kept();
  storage.setItem("harness.comments.t", '{"comments":[{"id":"x"}],"drafts":[]}');
  expect(new Comments(storage, "t").all.value).toEqual([]);
  storage.setItem("harness.comments.t", "no json");
  expect(new Comments(storage, "t").all.value).toEqual([]);
});

it("says for each comment where it is, which line it is about and what is asked", () => {
  const comments = [
    { id: 1, ...anchor, quote: "  return a + b;", text: "Say why.\nIn one line." },
    { id: 2, ...anchor, side: "before" as const, quote: "x".repeat(400), text: "Keep it." },
  ];
  expect(messageOf(comments.slice(0, 1), "Nearly.", "abcdef0123456789")).toBe(
    "Nearly.\n\nI commented on a line of the change at abcdef012345:\n\n1. src/sum.js:3\n   > return a + b;\n\n   Say why.\n   In one line.",
  );
  const before = messageOf(comments.slice(1), "", null);
  expect(before).toContain("src/sum.js:3 (as it was before the change)");
  expect(before).toContain(`${"x".repeat(300)} …`);
  expect(messageOf([], " Only a note. ", null)).toBe("Only a note.");
});
