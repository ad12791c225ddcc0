import { expect, it } from "vitest";
import { Comments, type LineComment } from "./comments.ts";
import { messageOf } from "./message.ts";

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

const at = "abcdef0123456789";
const comment: LineComment = {
  id: 1,
  ...anchor,
  commit: at,
  quote: "  return a + b;",
  text: "Say why.\nIn one line.",
  draft: null,
  outdated: false,
};

it("keeps comments of a task until they are removed or sent", () => {
  const storage = new Kept();
  const comments = new Comments(storage, "task_1");
  comments.begin(anchor, at, "return a + b;");
  comments.begin(anchor, at, "return a + b;");
  comments.begin({ ...anchor, line: 4 }, at, "}");
  comments.write(1, "Say");
  comments.save(1, "Say why.");
  comments.write(1, "Say why, please.");
  comments.write(2, "And he");
  const again = new Comments(storage, "task_1");
  expect(again.all.value.map(({ id, text, draft }) => [id, text, draft])).toEqual([
    [1, "Say why.", "Say why, please."],
    [2, "", "And he"],
  ]);
  expect(new Comments(storage, "task_2").all.value).toEqual([]);
  again.write(1, null);
  again.write(2, null);
  expect(again.all.value).toMatchObject([{ id: 1, text: "Say why.", draft: null }]);
  again.setNote("Nearly");
  expect(new Comments(storage, "task_1").note.value).toBe("Nearly");
  again.setNote("");
  again.remove(1);
  expect(storage.length).toBe(0);
});

it("moves comments with their lines, and outdates those whose line is gone", () => {
  const comments = new Comments(new Kept(), "t");
  for (const line of [1, 2, 3]) comments.begin({ ...anchor, line }, at, `line ${line}`);
  comments.begin({ ...anchor, side: "before" }, at, "old");
  comments.begin({ ...anchor, line: 9 }, "other", "of another commit");
  comments.follow(at, "newer", ({ file, line }) => (line === 2 ? null : { file, line: line + 10 }));
  expect(comments.all.value.map(({ line, commit, outdated }) => [line, commit, outdated])).toEqual([
    [11, "newer", false],
    [2, at, true],
    [13, "newer", false],
    [3, at, false],
    [9, "other", false],
  ]);
  // What is outdated stays so, with the line as it was.
  comments.follow(at, "newest", ({ file, line }) => ({ file, line }));
  expect(comments.all.value[1]).toMatchObject({ line: 2, commit: at, quote: "line 2", outdated: true });
});

it("forgets what it did not write", () => {
  const storage = new Kept();
  storage.setItem("harness.comments.t", '{"comments":[{"id":"x"}],"note":""}');
  expect(new Comments(storage, "t").all.value).toEqual([]);
  storage.setItem("harness.comments.t", "no json");
  expect(new Comments(storage, "t").all.value).toEqual([]);
});

it("says for each comment where it is, which line it is about and what is asked", () => {
  expect(messageOf([comment], "Nearly.")).toBe(
    "Nearly.\n\nI commented on a line of the change at abcdef012345:\n\n1. src/sum.js:3\n   > return a + b;\n\n   Say why.\n   In one line.",
  );
  const long = { ...comment, side: "before" as const, quote: "x".repeat(400), commit: "0123456789abcdef" };
  const both = messageOf([{ ...comment, outdated: true }, long], "");
  expect(both).toContain("I commented on lines of the change:");
  expect(both).toContain("src/sum.js:3 (at abcdef012345, the line is another since)");
  expect(both).toContain("src/sum.js:3 (as it was before the change, at 0123456789ab)");
  expect(both).toContain(`${"x".repeat(300)} …`);
  expect(messageOf([], " Only a note. ")).toBe("Only a note.");
});
