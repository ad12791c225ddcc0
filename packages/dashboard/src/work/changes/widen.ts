import type { FileChange, Hunk, PatchLine } from "./patch.ts";

/** How many unchanged lines somebody wants to see at the two ends of a gap. */
export interface Opening {
  /** After the hunk before the gap. */
  readonly top: number;
  /** Before the hunk after it. */
  readonly bottom: number;
}

/** Lines shown with one press. */
export const STEP = 20;
export const closed: Opening = { top: 0, bottom: 0 };
export const wide: Opening = { top: Number.POSITIVE_INFINITY, bottom: 0 };

/**
 * The file with more of its unchanged lines, taken from its text after the change. Null when the two do not fit: then the
 * numbers of one of them mean something else, and nothing may be shown in its place.
 */
export function widened(
  file: FileChange,
  content: readonly string[],
  openings: ReadonlyMap<number, Opening>,
): FileChange | null {
  if (!fits(file, content)) return null;
  const hunks: Hunk[] = [];
  // How many lines more there were before the change, up to here.
  let shift = 0;
  let next = 1;
  for (const [index, hunk] of file.hunks.entries()) {
    const { top, bottom } = sizes(openings.get(index), hunk.after - next, index === 0);
    const last = hunks.at(-1);
    const below = contextOf(content, next, top, shift);
    const above = contextOf(content, hunk.after - bottom, bottom, shift);
    if (last !== undefined && below.length > 0) hunks[hunks.length - 1] = withMore(last, below);
    const gap = hunk.after - next - top - bottom;
    const wider = { ...hunk, after: hunk.after - bottom, gap, lines: [...above, ...hunk.lines] };
    const before = hunks.at(-1);
    if (gap === 0 && before !== undefined) hunks[hunks.length - 1] = withMore(before, wider.lines);
    else hunks.push(wider);
    for (const { kind } of hunk.lines) shift += kind === "removed" ? 1 : kind === "added" ? -1 : 0;
    next = hunk.after + hunk.lines.filter(({ kind }) => kind !== "removed").length;
  }
  const rest = content.length - next + 1;
  const top = Math.min(openings.get(file.tail)?.top ?? 0, rest);
  const end = hunks.at(-1);
  if (end !== undefined) hunks[hunks.length - 1] = withMore(end, contextOf(content, next, top, shift));
  return { ...file, hunks, rest: rest - top };
}

/** The gap a line is in, by its number after the change; null where the patch shows it or there is none. */
export function gapOf({ hunks, tail, rest, shown }: FileChange, line: number): number | null {
  if (shown !== "whole" || hunks.length === 0) return null;
  for (const { index, after, lines } of hunks) {
    if (line < after) return index;
    if (line < after + lines.filter(({ kind }) => kind !== "removed").length) return null;
  }
  return rest === 0 ? null : tail;
}

/** How much is shown at the two ends of a gap; before the first hunk there is only one. */
function sizes(opening: Opening = closed, gap: number, isFirst: boolean): Opening {
  if (isFirst) return { top: 0, bottom: Math.min(gap, opening.top + opening.bottom) };
  const top = Math.min(gap, opening.top);
  return { top, bottom: Math.min(gap - top, opening.bottom) };
}

function withMore(hunk: Hunk, lines: readonly PatchLine[]): Hunk {
  return lines.length === 0 ? hunk : { ...hunk, lines: [...hunk.lines, ...lines] };
}

function contextOf(content: readonly string[], from: number, count: number, shift: number): PatchLine[] {
  return content.slice(from - 1, from - 1 + count).map((text, index) => ({
    kind: "context",
    before: from + index + shift,
    after: from + index,
    text,
    partner: null,
    unended: false,
  }));
}

function fits({ hunks }: FileChange, content: readonly string[]): boolean {
  const bare = (text: string | undefined) => text?.replaceAll(/\s/g, "");
  return hunks.every(({ lines }) =>
    lines.every(({ after, text }) => after === null || bare(content[after - 1]) === bare(text)),
  );
}

/** The lines of a text; the one after its last line break is none. */
export function linesOfText(text: string, cut: boolean): string[] {
  const lines = text.split("\n");
  // Of a file that goes on the last one is a part.
  if (cut || lines.at(-1) === "") lines.pop();
  return lines;
}
