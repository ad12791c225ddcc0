import { z } from "zod";
import { Observable } from "../../../live/index.ts";
import type { Anchor } from "./rows.ts";

const Kept = z.array(
  z.object({
    id: z.number().int(),
    file: z.string(),
    side: z.enum(["before", "after"]),
    line: z.number().int(),
    quote: z.string(),
    text: z.string(),
  }),
);

/** What a person wrote on a line, not sent yet. */
export type LineComment = z.infer<typeof Kept>[number];

/** The comments on the change of one task, kept in this window until they are sent. */
export class Comments {
  readonly all: Observable<readonly LineComment[]>;
  readonly #storage: Storage;
  readonly #key: string;

  constructor(storage: Storage, task_id: string) {
    this.#storage = storage;
    this.#key = `harness.comments.${task_id}`;
    this.all = new Observable(this.#read());
  }

  add({ file, side, line }: Anchor, quote: string, text: string): void {
    const id = 1 + Math.max(0, ...this.all.value.map((comment) => comment.id));
    this.#set([...this.all.value, { id, file, side, line, quote, text }]);
  }

  edit(id: number, text: string): void {
    this.#set(this.all.value.map((comment) => (comment.id === id ? { ...comment, text } : comment)));
  }

  remove(id: number): void {
    this.#set(this.all.value.filter((comment) => comment.id !== id));
  }

  clear(): void {
    this.#set([]);
  }

  #set(comments: readonly LineComment[]): void {
    this.all.set(comments);
    if (comments.length === 0) this.#storage.removeItem(this.#key);
    else this.#storage.setItem(this.#key, JSON.stringify(comments));
  }

  /** What cannot be read is nobody's comment any more. */
  #read(): readonly LineComment[] {
    try {
      return Kept.parse(JSON.parse(this.#storage.getItem(this.#key) ?? "[]"));
    } catch {
      return [];
    }
  }
}

/** Longest part of a line that is quoted. */
const MOST_QUOTED = 300;

/** The comments as one text an agent can work through: where each is, the line, and what is asked. */
export function messageOf(comments: readonly LineComment[], note: string, head: string | null): string {
  const at = head === null ? "" : ` at ${head.slice(0, 12)}`;
  const parts = comments.map(({ file, side, line, quote, text }, index) => {
    const where = `${file}:${line}${side === "before" ? " (as it was before the change)" : ""}`;
    const quoted = quote.length > MOST_QUOTED ? `${quote.slice(0, MOST_QUOTED)} …` : quote;
    return `${index + 1}. ${where}\n   > ${quoted.trim()}\n\n   ${text.trim().replaceAll("\n", "\n   ")}`;
  });
  const head1 =
    comments.length === 0
      ? []
      : [`I commented on ${comments.length === 1 ? "a line" : "lines"} of the change${at}:`];
  return [note.trim(), ...head1, ...parts].filter((part) => part !== "").join("\n\n");
}
