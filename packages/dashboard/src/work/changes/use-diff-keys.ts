import { useCommands } from "../../commands/index.ts";
import { beginsChange, lineOfRow, type Row } from "./rows.ts";
import type { Diff } from "./use-diff.ts";

type Fits = (row: Row, index: number) => boolean;

/** The keys that go through a change and comment on it. `goTo` shows a row and makes it the one that is worked on. */
export function useDiffKeys(diff: Diff, firstShown: () => number, goTo: (index: number) => void): void {
  const { rows, cursor } = diff;
  const here = () => {
    const index = cursor === null ? -1 : rows.findIndex(({ key }) => key === cursor);
    return index === -1 ? firstShown() - 1 : index;
  };
  const next = (fits: Fits) => {
    const at = here();
    const index = rows.findIndex((row, other) => other > at && fits(row, other));
    if (index !== -1) goTo(index);
  };
  const previous = (fits: Fits) => {
    const at = here();
    const index = rows.findLastIndex((row, other) => other < at && fits(row, other));
    if (index !== -1) goTo(index);
  };
  const isFile: Fits = ({ type }) => type === "file";
  const isLine: Fits = (row) => lineOfRow(row) !== null;
  const isChange: Fits = (_, index) => beginsChange(rows, index);
  const isTalk: Fits = (_, index) => rows[index + 1]?.type === "talk";
  const comment = () => {
    const row = rows.find(({ key }) => key === cursor);
    const line = lineOfRow(row);
    if (row === undefined || line === null) return;
    diff.comment(row.file.path, line);
  };
  const fold = () => {
    const path = rows[Math.max(0, here())]?.file.path;
    if (path !== undefined) diff.fold([path], !diff.isFolded(path));
  };
  const more = (everything: boolean) => {
    const row = rows[Math.max(0, here())];
    if (row === undefined) return;
    const path = row.file.path;
    if (everything) return diff.widening.widen(path, "every", "all");
    // Around the hunk one is in: what is before it, and what is after it.
    const at = rows.indexOf(row);
    const isGap = (one: Row) => one.type === "gap" && one.file.path === path;
    const [above, below] = [
      rows.findLast((one, index) => index <= at && isGap(one)),
      rows.find((one, index) => index > at && isGap(one)),
    ];
    if (above?.type === "gap") diff.widening.widen(path, above.gap, "up");
    if (below?.type === "gap") diff.widening.widen(path, below.gap, "down");
  };
  const all = [
    ["next-file", "Next file", "n", () => next(isFile)],
    ["previous-file", "Previous file", "p", () => previous(isFile)],
    ["next-change", "Next change", "]", () => next(isChange)],
    ["previous-change", "Previous change", "[", () => previous(isChange)],
    ["next-comment", "Next comment", "Shift+N", () => next(isTalk)],
    ["previous-comment", "Previous comment", "Shift+P", () => previous(isTalk)],
    ["next-line", "Next line", "j", () => next(isLine)],
    ["previous-line", "Previous line", "k", () => previous(isLine)],
    ["comment-line", "Comment on the line", "Shift+C", comment],
    ["more-lines", "Show more lines around", "l", () => more(false)],
    ["whole-file", "Show the whole file", "Shift+L", () => more(true)],
    ["fold-file", "Fold or unfold the file", "o", fold],
  ] as const;
  useCommands(
    all.map(([id, title, keys, run]) => ({ id: `diff-${id}`, title, keys, group: "Changes", run })),
  );
}
