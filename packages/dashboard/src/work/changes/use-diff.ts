import { useMemo, useState } from "react";
import { useObserved } from "../../live/index.ts";
import { anchorKey, type Comments, type LineComment } from "../comments/index.ts";
import type { Looks } from "../use-looks.ts";
import type { FileChange, PatchLine } from "./patch.ts";
import { anchorOf, isLarge, type Row, rowsOf } from "./rows.ts";
import type { Widening } from "./use-widening.ts";

/** What is open on a change and what is being written on it. */
export interface Diff {
  readonly rows: readonly Row[];
  /** Every comment, wherever it is. */
  readonly comments: readonly LineComment[];
  /** Those on lines of the two commits that are compared. */
  readonly here: readonly LineComment[];
  readonly store: Comments;
  /** Begins a comment on a line. */
  readonly comment: (file: string, line: PatchLine) => void;
  readonly isFolded: (path: string) => boolean;
  /** Folds or unfolds files. */
  readonly fold: (paths: readonly string[], folded: boolean) => void;
  /** Shows a stretch of unchanged lines that was put away. */
  readonly open: (key: string) => void;
  /** Shows more of the unchanged lines of a file than the patch does. */
  readonly widening: Omit<Widening, "files">;
  /** The row of a line, or of a file, that is worked on; by its key. */
  readonly cursor: string | null;
  readonly setCursor: (key: string | null) => void;
}

/** The two commits a change is between. */
export interface Between {
  readonly base: string | null;
  readonly head: string | null;
}

interface DiffOptions extends Between {
  readonly files: readonly FileChange[];
  readonly widening: Omit<Widening, "files">;
  readonly store: Comments;
  readonly looks: Looks;
  readonly split: boolean;
}

/** The rows of a change as they are looked at now. */
export function useDiff({ files, widening, store, looks, split, base, head }: DiffOptions): Diff {
  const comments = useObserved(store.all);
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<string | null>(null);
  const foldedFiles = useMemo(
    () => new Set(files.filter((file) => folds.get(file.path) ?? isLarge(file)).map(({ path }) => path)),
    [files, folds],
  );
  // A number means a line only in its own commit.
  const here = comments.filter(
    ({ side, commit, outdated }) => !outdated && commit === (side === "after" ? head : base),
  );
  // Rows are made anew when a talk begins or ends, not at every letter of it.
  const talking = here.map(anchorKey).sort().join("\0");
  const gone = comments.flatMap(({ outdated, file }) => (outdated ? [file] : [])).sort();
  const outdated = gone.join("\0");
  const rows = useMemo(
    () =>
      rowsOf(files, {
        split,
        foldContext: looks.foldContext,
        foldedFiles,
        opened,
        talks: new Set(talking.split("\0")),
        outdated: new Set(outdated.split("\0")),
      }),
    [files, split, looks.foldContext, foldedFiles, opened, talking, outdated],
  );
  const fold: Diff["fold"] = (paths, folded) =>
    setFolds((before) => new Map([...before, ...paths.map((path) => [path, folded] as const)]));
  return {
    rows,
    comments,
    here,
    store,
    comment: (file, line) => {
      const anchor = anchorOf(file, line);
      const commit = anchor.side === "after" ? head : base;
      if (commit !== null) store.begin(anchor, commit, line.text);
    },
    isFolded: (path) => foldedFiles.has(path),
    fold,
    open: (key) => setOpened((before) => new Set([...before, key])),
    // What somebody wants more of is not folded because it becomes long.
    widening: {
      ...widening,
      widen: (path, gap, more) => {
        fold([path], false);
        widening.widen(path, gap, more);
      },
    },
    cursor,
    setCursor,
  };
}
