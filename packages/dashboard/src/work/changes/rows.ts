import { type Anchor, anchorKey } from "../comments/index.ts";
import type { FileChange, Hunk, PatchLine } from "./patch.ts";

interface OfFile {
  readonly key: string;
  readonly file: FileChange;
}
/** One row of the list in which all files of a change stand under each other. */
export type Row =
  | (OfFile & { readonly type: "file"; readonly folded: boolean })
  | (OfFile & { readonly type: "note"; readonly text: string })
  | (OfFile & {
      readonly type: "gap";
      /** Which of its file it is: before the hunk of this number. */
      readonly gap: number;
      /** Null where nobody knows yet how many follow. */
      readonly lines: number | null;
      readonly about: string;
      readonly place: "first" | "between" | "last";
    })
  | (OfFile & { readonly type: "folded"; readonly lines: number })
  | (OfFile & { readonly type: "line"; readonly hunk: Hunk; readonly line: PatchLine })
  | (OfFile & {
      readonly type: "pair";
      readonly hunk: Hunk;
      readonly left: PatchLine | null;
      readonly right: PatchLine | null;
    })
  | (OfFile & { readonly type: "talk"; readonly anchor: Anchor })
  | (OfFile & { readonly type: "outdated" });

/** How a change is laid out. */
export interface Layout {
  /** Before and after beside each other. */
  readonly split: boolean;
  /** Unchanged lines are put away until they are asked for. */
  readonly foldContext: boolean;
  readonly foldedFiles: ReadonlySet<string>;
  /** Keys of stretches of unchanged lines that were asked for. */
  readonly opened: ReadonlySet<string>;
  /** Lines somebody commented on, or is about to, by `anchorKey`. */
  readonly talks: ReadonlySet<string>;
  /** Files with comments on lines that are not there any more. */
  readonly outdated: ReadonlySet<string>;
}

/** Changes of more lines than this are folded until they are asked for. */
export const LARGE_FILE = 1_500;
/** Fewer unchanged lines than this are not worth a row that says so. */
const LEAST_FOLDED = 2;

/** Where a line is: after the change, and before it when it was taken away. */
export function anchorOf(file: string, { before, after }: PatchLine): Anchor {
  return after === null ? { file, side: "before", line: before ?? 0 } : { file, side: "after", line: after };
}

/** Whether a file is folded unless somebody unfolds it. */
export function isLarge({ hunks }: FileChange): boolean {
  return hunks.reduce((sum, { lines }) => sum + lines.length, 0) > LARGE_FILE;
}

/** Every row of a change in order. */
export function rowsOf(files: readonly FileChange[], layout: Layout): Row[] {
  return files.flatMap((file) => {
    const folded = layout.foldedFiles.has(file.path);
    const head: Row = { type: "file", key: `file ${file.path}`, file, folded };
    const gone: Row[] = layout.outdated.has(file.path)
      ? [{ type: "outdated", key: `outdated ${file.path}`, file }]
      : [];
    if (folded) return [head, ...gone];
    return [head, ...gone, ...notesOf(file), ...hunkRows(file, layout), ...endOf(file)];
  });
}

function notesOf(file: FileChange): Row[] {
  const notes: string[] = [];
  if (file.from !== null) notes.push(`${file.status === "copied" ? "Copied" : "Renamed"} from ${file.from}`);
  if (file.modes !== null) notes.push(`Mode changed from ${file.modes.before} to ${file.modes.after}`);
  if (file.binary) notes.push("Binary file: its content is not shown");
  if (file.shown === "missing")
    notes.push("Not shown: the change is too large. Its lines are in the branch.");
  else if (notes.length === 0 && file.hunks.length === 0) notes.push("No line changed");
  return notes.map((text) => ({ type: "note", key: `note ${file.path} ${text}`, file, text }));
}

function endOf(file: FileChange): Row[] {
  const { tail: gap, rest: lines } = file;
  if (lines !== 0)
    return [{ type: "gap", key: `gap ${file.path} ${gap}`, file, gap, lines, about: "", place: "last" }];
  if (file.shown !== "cut") return [];
  const text = "Cut here: the change is too large to be shown whole. The rest is in the branch.";
  return [{ type: "note", key: `cut ${file.path}`, file, text }];
}

function* hunkRows(file: FileChange, layout: Layout): Generator<Row> {
  for (const [index, hunk] of file.hunks.entries()) {
    const key = `gap ${file.path} ${hunk.index}`;
    const place = index === 0 ? "first" : "between";
    if (hunk.gap > 0 || index > 0)
      yield { type: "gap", key, file, gap: hunk.index, lines: hunk.gap, about: hunk.about, place };
    for (const stretch of stretchesOf(hunk.lines)) {
      const isContext = stretch[0]?.kind === "context";
      const first = `context ${file.path} ${index} ${stretch[0]?.after}`;
      if (
        isContext &&
        layout.foldContext &&
        stretch.length >= LEAST_FOLDED &&
        !layout.opened.has(first) &&
        !stretch.some((line) => layout.talks.has(anchorKey(anchorOf(file.path, line))))
      )
        yield { type: "folded", key: first, file, lines: stretch.length };
      else if (layout.split && !isContext) yield* pairs(file, hunk, stretch, layout);
      else
        for (const line of stretch) {
          const anchor = anchorOf(file.path, line);
          if (layout.split)
            yield { type: "pair", key: anchorKey(anchor), file, hunk, left: line, right: line };
          else yield { type: "line", key: anchorKey(anchor), file, hunk, line };
          yield* talkOf(file, anchor, layout);
        }
    }
  }
}

/** Lines in runs of unchanged and of changed ones; in a run of changed ones removed lines stand before added ones. */
function stretchesOf(lines: readonly PatchLine[]): PatchLine[][] {
  const stretches: PatchLine[][] = [];
  let last: PatchLine | undefined;
  for (const line of lines) {
    const goesOn =
      last !== undefined && (last.kind === line.kind || (last.kind === "removed" && line.kind === "added"));
    if (goesOn) stretches.at(-1)!.push(line);
    else stretches.push([line]);
    last = line;
  }
  return stretches;
}

function* pairs(file: FileChange, hunk: Hunk, stretch: readonly PatchLine[], layout: Layout): Generator<Row> {
  const removed = stretch.filter(({ kind }) => kind === "removed");
  const added = stretch.filter(({ kind }) => kind === "added");
  for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
    const left = removed[at] ?? null;
    const right = added[at] ?? null;
    yield { type: "pair", key: anchorKey(anchorOf(file.path, (right ?? left)!)), file, hunk, left, right };
    for (const line of [left, right])
      if (line !== null) yield* talkOf(file, anchorOf(file.path, line), layout);
  }
}

function* talkOf(file: FileChange, anchor: Anchor, { talks }: Layout): Generator<Row> {
  const key = anchorKey(anchor);
  if (talks.has(key)) yield { type: "talk", key: `talk ${key}`, file, anchor };
}

/** The line a row is about, for a comment on it; null where it is about none. */
export function lineOfRow(row: Row | undefined): PatchLine | null {
  if (row?.type === "line") return row.line;
  return row?.type === "pair" ? (row.right ?? row.left) : null;
}

/** Whether a row begins a run of changed lines. */
export function beginsChange(rows: readonly Row[], index: number): boolean {
  return isChanged(rows[index]) && !isChanged(rows[index - 1]);
}

function isChanged(row: Row | undefined): boolean {
  if (row?.type === "talk") return true;
  const line = lineOfRow(row);
  return line !== null && line.kind !== "context";
}
