import { useMemo, useState } from "react";
import { useObserved } from "../../../live/index.ts";
import type { Comments, LineComment } from "./comments.ts";
import type { FileChange } from "./patch.ts";
import { anchorKey, isLarge, type Row, rowsOf } from "./rows.ts";
import type { Looks } from "./use-looks.ts";

/** What is open on a change and what is being written on it. */
export interface Diff {
  readonly rows: readonly Row[];
  readonly comments: readonly LineComment[];
  readonly store: Comments;
  readonly drafts: ReadonlyMap<string, string>;
  readonly isFolded: (path: string) => boolean;
  /** Folds or unfolds files. */
  readonly fold: (paths: readonly string[], folded: boolean) => void;
  /** Shows a stretch of unchanged lines that was put away. */
  readonly open: (key: string) => void;
  /** The row of a line, or of a file, that is worked on; by its key. */
  readonly cursor: string | null;
  readonly setCursor: (key: string | null) => void;
}

/** The rows of a change as they are looked at now. */
export function useDiff(files: readonly FileChange[], store: Comments, looks: Looks, split: boolean): Diff {
  const comments = useObserved(store.all);
  const drafts = useObserved(store.drafts);
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<string | null>(null);
  const foldedFiles = useMemo(
    () => new Set(files.filter((file) => folds.get(file.path) ?? isLarge(file)).map(({ path }) => path)),
    [files, folds],
  );
  // Rows are made anew when a talk begins or ends, not at every letter of it.
  const talking = [...comments.map(anchorKey), ...drafts.keys()].sort().join("\0");
  const rows = useMemo(
    () =>
      rowsOf(files, {
        split,
        foldContext: looks.foldContext,
        foldedFiles,
        opened,
        talks: new Set(talking.split("\0")),
      }),
    [files, split, looks.foldContext, foldedFiles, opened, talking],
  );
  return {
    rows,
    comments,
    store,
    drafts,
    isFolded: (path) => foldedFiles.has(path),
    fold: (paths, folded) =>
      setFolds((before) => new Map([...before, ...paths.map((path) => [path, folded] as const)])),
    open: (key) => setOpened((before) => new Set([...before, key])),
    cursor,
    setCursor,
  };
}
