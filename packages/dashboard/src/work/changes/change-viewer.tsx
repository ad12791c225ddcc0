import type { Change } from "@harness/protocol";
import { type ReactNode, useCallback, useEffect, useMemo, useRef } from "react";
import { Button, CopyText, PlainText, useMedia } from "../../ui/index.ts";
import type { ChangeViewerProps } from "../change-source.ts";
import { anchorKey, type LineComment, useComments } from "../comments/index.ts";
import { ChangeSize } from "../marks.tsx";
import { DiffList } from "./diff-list.tsx";
import { FileList } from "./file-list.tsx";
import { LookButtons } from "./look-buttons.tsx";
import { readPatch } from "./patch.ts";
import { lineOfRow, type Row } from "./rows.ts";
import { type Diff, useDiff } from "./use-diff.ts";
import { useFollowHead } from "./use-follow-head.ts";
import { useWanted } from "./use-wanted.ts";
import { useWidening } from "./use-widening.ts";

/** A change, read line by line and commented on. */
export function ChangeViewer(props: ChangeViewerProps): ReactNode {
  const { change, source, looks, onLooks, place, onPlace, children, panel } = props;
  const { base, head } = change;
  const patch = useMemo(() => readPatch(change), [change]);
  const { files, ...widening } = useWidening(patch, head, source);
  const store = useComments();
  const below = useRef<HTMLDivElement>(null);
  const canSplit = useMedia("(min-width: 900px)");
  const split = looks.split && canSplit;
  const diff = useDiff({ files, widening, store, looks, split, base, head });
  useFollowHead(store, head, source);
  const { wish, want, gone } = useWanted(place, head, source, diff);
  useShownComments(diff);
  const onLine = useCallback(
    (row: Row) => {
      const line = lineOfRow(row);
      const at = line === null ? undefined : line.after === null ? `-${line.before}` : String(line.after);
      onPlace({ file: row.file.path, line: at, at: line === null ? undefined : (head ?? undefined) });
    },
    [onPlace, head],
  );
  const show = (comment: LineComment) =>
    want({
      row: comment.outdated ? `outdated ${comment.file}` : anchorKey(comment),
      file: comment.file,
      ...(comment.outdated || comment.side === "before" ? {} : { line: comment.line }),
    });
  const fold = (folded: boolean) =>
    diff.fold(
      files.map(({ path }) => path),
      folded,
    );
  const written = diff.comments.filter(({ text }) => text !== "").length;
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {children}
        <ChangeSize changes={sizeOf(change)} />
        {base !== null && head !== null && (
          <span className="flex items-center text-muted">
            <CopyText text={base} shown={base.slice(0, 7)} />…
            <CopyText text={head} shown={head.slice(0, 7)} />
          </span>
        )}
        <LookButtons looks={looks} onLooks={onLooks} canSplit={canSplit} onFold={fold} />
        <Button
          look={written > 0 ? "primary" : "plain"}
          onClick={() => below.current?.scrollIntoView({ block: "center" })}
        >
          {written === 1 ? "1 comment" : `${written} comments`}
        </Button>
      </div>
      {change.cut && (
        <p role="status" className="rounded border p-2 text-muted">
          This change is too large to be shown whole: its lines are cut after 2 MB. The list of files is
          whole, and the branch has everything.
        </p>
      )}
      {gone !== null && (
        <p role="status" className="rounded border p-2 text-muted">
          <PlainText text={gone} />
        </p>
      )}
      {place.file !== undefined && !files.some(({ path }) => path === place.file) && (
        <p role="status" className="text-muted">
          <code className="font-mono">
            <PlainText text={place.file} />
          </code>{" "}
          is not among these changes.
        </p>
      )}
      <div className="grid gap-3 lg:grid-cols-[16rem_minmax(0,1fr)] lg:items-start">
        <FileList
          files={files}
          commentsOf={(path) => diff.comments.filter(({ file }) => file === path).length}
          onFile={(path) => want({ row: `file ${path}`, file: path })}
        />
        <DiffList diff={diff} looks={{ ...looks, split }} wanted={wish} onLine={onLine} />
      </div>
      <div ref={below}>{panel(show)}</div>
    </>
  );
}

/** Comments on lines the patch does not show, such as after the work went on, are shown with their lines. */
function useShownComments({ here, widening }: Diff): void {
  const places = here.flatMap(({ side, file, line }) => (side === "after" ? [`${line} ${file}`] : []));
  const all = places.sort().join("\n");
  // Once for each: what somebody puts away meanwhile stays away.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    for (const place of all === "" ? [] : all.split("\n"))
      widening.reveal(place.slice(place.indexOf(" ") + 1), Number.parseInt(place, 10));
  }, [all]);
}

/** Of the list, which is whole where the patch is cut. */
function sizeOf({ files }: Change): { files: number; insertions: number; deletions: number } {
  const sum = { files: files.length, insertions: 0, deletions: 0 };
  for (const { insertions, deletions } of files) {
    sum.insertions += insertions;
    sum.deletions += deletions;
  }
  return sum;
}
