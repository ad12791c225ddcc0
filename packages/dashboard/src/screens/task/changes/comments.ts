import { z } from "zod";
import { Observable } from "../../../live/index.ts";
import type { Anchor } from "./rows.ts";

const Comment = z.object({
  id: z.number().int(),
  file: z.string(),
  side: z.enum(["before", "after"]),
  line: z.number().int(),
  quote: z.string(),
  text: z.string(),
});
const Kept = z.object({ comments: z.array(Comment), drafts: z.array(z.tuple([z.string(), z.string()])) });

/** What a person wrote on a line, not sent yet. */
export type LineComment = z.infer<typeof Comment>;

/** The draft of the words that are sent along with the comments. */
export const NOTE = "note";

/** What a person writes to the change of one task: kept in this window until it is sent. */
export class Comments {
  readonly all: Observable<readonly LineComment[]>;
  /** Text being written: on a line by its `anchorKey`, of a comment that is edited by `edit` and its id, or `NOTE`. */
  readonly drafts: Observable<ReadonlyMap<string, string>>;
  readonly #storage: Storage;
  readonly #key: string;

  constructor(storage: Storage, task_id: string) {
    this.#storage = storage;
    this.#key = `harness.comments.${task_id}`;
    const { comments, drafts } = this.#read();
    this.all = new Observable<readonly LineComment[]>(comments);
    this.drafts = new Observable<ReadonlyMap<string, string>>(new Map(drafts));
  }

  /** Keeps what is written so far; null ends it. */
  setDraft(key: string, text: string | null): void {
    const drafts = new Map(this.drafts.value);
    if (text === null) drafts.delete(key);
    else drafts.set(key, text);
    this.drafts.set(drafts);
    this.#keep();
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
    this.#keep();
  }

  #keep(): void {
    const kept = { comments: this.all.value, drafts: [...this.drafts.value] };
    if (kept.comments.length + kept.drafts.length === 0) this.#storage.removeItem(this.#key);
    else this.#storage.setItem(this.#key, JSON.stringify(kept));
  }

  /** What cannot be read is nobody's comment any more. */
  #read(): z.infer<typeof Kept> {
    try {
      return Kept.parse(JSON.parse(this.#storage.getItem(this.#key) ?? ""));
    } catch {
      return { comments: [], drafts: [] };
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
