import { z } from "zod";
import { Observable } from "../../live/index.ts";
import type { Anchor } from "./anchor.ts";

const Comment = z.object({
  id: z.number().int(),
  file: z.string(),
  side: z.enum(["before", "after"]),
  line: z.number().int(),
  /** The commit the line is in: a number without it means nothing once the work went on. */
  commit: z.string(),
  /** The line as it stood. */
  quote: z.string(),
  /** What was written; empty until it is added. */
  text: z.string(),
  /** What is being written instead; null while nobody does. */
  draft: z.string().nullable(),
  /** The line is not there any more. */
  outdated: z.boolean(),
});
const Kept = z.object({ comments: z.array(Comment), note: z.string() });

/** What a person writes on a line, not sent yet. */
export type LineComment = z.infer<typeof Comment>;

/** Where a line went: another file or number, or nowhere. */
export type LineMove = (place: { readonly file: string; readonly line: number }) => {
  readonly file: string;
  readonly line: number;
} | null;

/** What a person writes to the change of one task or conversation: kept in this window until it is sent. */
export class Comments {
  readonly all: Observable<readonly LineComment[]>;
  /** Words that are sent along. */
  readonly note: Observable<string>;
  readonly #storage: Storage;
  readonly #key: string;

  constructor(storage: Storage, id: string) {
    this.#storage = storage;
    this.#key = `harness.comments.${id}`;
    const { comments, note } = this.#read();
    this.all = new Observable<readonly LineComment[]>(comments);
    this.note = new Observable(note);
  }

  setNote(note: string): void {
    this.note.set(note);
    this.#keep();
  }

  /** Begins a comment on a line, or goes on with the one that was begun there. */
  begin({ file, side, line }: Anchor, commit: string, quote: string): void {
    const begun = this.all.value.some(
      (one) =>
        one.text === "" &&
        one.commit === commit &&
        one.file === file &&
        one.side === side &&
        one.line === line,
    );
    if (begun) return;
    const id = 1 + Math.max(0, ...this.all.value.map((comment) => comment.id));
    const fresh = { id, file, side, line, commit, quote, text: "", draft: "", outdated: false };
    this.#set([...this.all.value, fresh]);
  }

  /** Keeps what is written so far; null leaves it as it was before. */
  write(id: number, draft: string | null): void {
    const comment = this.all.value.find((one) => one.id === id);
    if (draft === null && comment?.text === "") this.remove(id);
    else this.#change(id, { draft });
  }

  save(id: number, text: string): void {
    this.#change(id, { text, draft: null });
  }

  remove(...ids: readonly number[]): void {
    this.#set(this.all.value.filter((comment) => !ids.includes(comment.id)));
  }

  /** The lines of a commit went where they are in another; what is on a line that is gone says so from now on. */
  follow(from: string, to: string, move: LineMove): void {
    this.#set(
      this.all.value.map((comment) => {
        if (comment.commit !== from || comment.side !== "after" || comment.outdated) return comment;
        const place = move(comment);
        return place === null ? { ...comment, outdated: true } : { ...comment, ...place, commit: to };
      }),
    );
  }

  #change(id: number, change: Partial<LineComment>): void {
    this.#set(this.all.value.map((comment) => (comment.id === id ? { ...comment, ...change } : comment)));
  }

  #set(comments: readonly LineComment[]): void {
    this.all.set(comments);
    this.#keep();
  }

  #keep(): void {
    const kept = { comments: this.all.value, note: this.note.value };
    if (kept.comments.length === 0 && kept.note === "") this.#storage.removeItem(this.#key);
    else this.#storage.setItem(this.#key, JSON.stringify(kept));
  }

  /** What cannot be read is nobody's comment any more. */
  #read(): z.infer<typeof Kept> {
    try {
      return Kept.parse(JSON.parse(this.#storage.getItem(this.#key) ?? ""));
    } catch {
      return { comments: [], note: "" };
    }
  }
}
