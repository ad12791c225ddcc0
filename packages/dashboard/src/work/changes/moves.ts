import type { Change } from "@harness/protocol";
import type { LineMove } from "../comments/index.ts";
import { type FileChange, readPatch } from "./patch.ts";

/**
 * Where the lines of an older commit are in a newer one, by the change between the two. A line that was changed or taken
 * away is nowhere, and so is one of a file whose lines the change does not show.
 */
export function movesOf(change: Pick<Change, "files" | "patch" | "cut">): LineMove {
  const files = readPatch(change);
  return ({ file, line }) => {
    const changed =
      files.find(({ from, status }) => from === file && status !== "copied") ??
      files.find(({ path, from }) => path === file && from === null);
    if (changed === undefined) {
      // Another file took its place, or it may be one of the renamed files that are not shown.
      const unknown = files.some(
        ({ path, status, shown }) => path === file || (status === "renamed" && shown === "missing"),
      );
      return unknown ? null : { file, line };
    }
    if (changed.status === "deleted" || changed.status === "type_changed") return null;
    if (changed.binary || changed.shown !== "whole") return null;
    const after = lineAfter(changed, line);
    return after === null ? null : { file: changed.path, line: after };
  };
}

function lineAfter({ hunks }: FileChange, line: number): number | null {
  let shift = 0;
  for (const { lines } of hunks) {
    const old = lines.filter(({ before }) => before !== null);
    const [first] = old;
    if (first?.before != null && first.before > line) break;
    const same = old.find(({ before }) => before === line);
    if (same) return same.after;
    for (const { kind } of lines) shift += kind === "added" ? 1 : kind === "removed" ? -1 : 0;
  }
  return line + shift;
}
