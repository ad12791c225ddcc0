import { diffWordsWithSpace } from "diff";

/** A stretch of a line by its first and last column; the last is not in it. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A stretch of a line with what a word in it is to the language. */
export interface Token extends Stretch {
  readonly kind: string;
}

/** Part of a line that looks the same all through. */
export interface Segment {
  readonly text: string;
  readonly kind: string | null;
  /** True for words that the line it took the place of does not have. */
  readonly changed: boolean;
}

/** Longer lines are compared as a whole: words of them would say nothing and take long. */
const MOST_COLUMNS = 600;
/** Lines that share less than this are different lines, not a changed one. */
const LEAST_SHARED = 0.3;

/** The words of a line that another line does not have; none where they have too little in common. */
export function changedWords(text: string, other: string): Stretch[] {
  if (text.length > MOST_COLUMNS || other.length > MOST_COLUMNS) return [];
  const stretches: Stretch[] = [];
  let column = 0;
  let shared = 0;
  for (const part of diffWordsWithSpace(other, text)) {
    if (part.removed) continue;
    const to = column + part.value.length;
    if (part.added) stretches.push({ from: column, to });
    else shared += part.value.trim().length;
    column = to;
  }
  const most = Math.max(text.trim().length, other.trim().length);
  return most === 0 || shared / most < LEAST_SHARED ? [] : stretches;
}

/** A line in parts, by what its words are and which of them changed. Both lists are in order and do not overlap. */
export function segmentsOf(text: string, tokens: readonly Token[], changed: readonly Stretch[]): Segment[] {
  const edges = new Set([0, text.length]);
  for (const { from, to } of [...tokens, ...changed]) {
    edges.add(Math.min(from, text.length));
    edges.add(Math.min(to, text.length));
  }
  const columns = [...edges].sort((a, b) => a - b);
  return columns.slice(0, -1).map((from, index) => {
    const to = columns[index + 1]!;
    const covers = (stretch: Stretch) => stretch.from <= from && stretch.to >= to;
    return {
      text: text.slice(from, to),
      kind: tokens.find(covers)?.kind ?? null,
      changed: changed.some(covers),
    };
  });
}
