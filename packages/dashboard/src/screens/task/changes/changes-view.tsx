import type { Result, TaskDetail } from "@harness/protocol";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useRead } from "../../../live/index.ts";
import { Button, CopyText, Empty, Loaded, PlainText, useMedia } from "../../../ui/index.ts";
import { ChangeSize } from "../../../work/index.ts";
import { LookButtons, SinceSelect } from "./change-tools.tsx";
import { Comments } from "./comments.ts";
import { DiffList, type Wish } from "./diff-list.tsx";
import { FileList } from "./file-list.tsx";
import { readPatch } from "./patch.ts";
import { anchorKey, lineOfRow, type Row } from "./rows.ts";
import { SendComments } from "./send-comments.tsx";
import { useDiff } from "./use-diff.ts";
import { type Looks, useLooks } from "./use-looks.ts";

const route = getRouteApi("/ui/tasks/$taskId");

/** What a task changed, read line by line, and what a person says to it. */
export function ChangesView({ task }: { readonly task: TaskDetail }): ReactNode {
  const { since = "base" } = route.useSearch();
  const navigate = useNavigate({ from: "/ui/tasks/$taskId" });
  const [looks, change] = useLooks();
  const read = useRead(
    "task/diff",
    {
      task_id: task.id,
      ...(since === "base" ? {} : { since }),
      ...(looks.ignoreWhitespace ? { ignore_whitespace: true } : {}),
    },
    { keep: true, enabled: task.discarded_at === null && task.head_sha !== null },
  );
  if (task.discarded_at !== null) return <Empty title="The work was discarded" />;
  if (task.head_sha === null) return <Empty title="Nothing is changed yet">Changes show after a turn.</Empty>;
  const onSince = (word: string) =>
    void navigate({ search: (before) => ({ ...before, since: word === "base" ? undefined : word }) });
  const picker = <SinceSelect task={task} since={since} onSince={onSince} />;
  return (
    <div className="flex flex-col gap-3">
      {(read.data?.files.length ?? 0) === 0 && picker}
      <Loaded read={read} what="the change">
        {(data) =>
          data.files.length === 0 ? (
            <Empty title="No line changed">
              {since === "base" ? "It is as its base is." : "Nothing changed since then."}
            </Empty>
          ) : (
            <ChangeBody task={task} change={data} looks={looks} onLooks={change}>
              {picker}
              {read.isPlaceholderData && <span role="status">Reading this change …</span>}
            </ChangeBody>
          )
        }
      </Loaded>
    </div>
  );
}

interface ChangeBodyProps {
  readonly task: TaskDetail;
  readonly change: Result<"task/diff">;
  readonly looks: Looks;
  readonly onLooks: (change: Partial<Looks>) => void;
  /** What stands before the tools. */
  readonly children: ReactNode;
}

function ChangeBody({ task, change, looks, onLooks, children }: ChangeBodyProps): ReactNode {
  const files = useMemo(() => readPatch(change), [change]);
  const store = useMemo(() => new Comments(sessionStorage, task.id), [task.id]);
  const { file } = route.useSearch();
  const panel = useRef<HTMLDivElement>(null);
  const canSplit = useMedia("(min-width: 900px)");
  const split = looks.split && canSplit;
  const diff = useDiff(files, store, looks, split);
  const [wanted, setWanted] = useWanted(diff.fold);
  const navigate = useNavigate({ from: "/ui/tasks/$taskId" });
  const onLine = useCallback(
    (row: Row) => {
      const line = lineOfRow(row);
      const at = line === null ? undefined : line.after === null ? `-${line.before}` : String(line.after);
      void navigate({
        search: (before) => ({ ...before, file: row.file.path, line: at }),
        replace: true,
        resetScroll: false,
      });
    },
    [navigate],
  );
  const show = (row: string, file: string) => {
    diff.fold([file], false);
    setWanted({ row, file });
  };
  const sum = files.reduce(
    (all, file) => ({
      files: all.files + 1,
      insertions: all.insertions + file.insertions,
      deletions: all.deletions + file.deletions,
    }),
    { files: 0, insertions: 0, deletions: 0 },
  );
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {children}
        <ChangeSize changes={sum} />
        {change.base !== null && change.head !== null && (
          <span className="flex items-center text-muted">
            <CopyText text={change.base} shown={change.base.slice(0, 7)} />…
            <CopyText text={change.head} shown={change.head.slice(0, 7)} />
          </span>
        )}
        <LookButtons
          looks={looks}
          onLooks={onLooks}
          canSplit={canSplit}
          onFold={(folded) =>
            diff.fold(
              files.map(({ path }) => path),
              folded,
            )
          }
        />
        <Button
          look={diff.comments.length > 0 ? "primary" : "plain"}
          onClick={() => panel.current?.scrollIntoView({ block: "center" })}
        >
          {diff.comments.length === 1 ? "1 comment" : `${diff.comments.length} comments`}
        </Button>
      </div>
      {change.cut && (
        <p role="status" className="rounded border p-2 text-muted">
          This change is too large to be shown whole: its lines are cut after 2 MB. The list of files is
          whole, and the branch has everything.
        </p>
      )}
      {file !== undefined && !files.some(({ path }) => path === file) && (
        <p role="status" className="text-muted">
          <code className="font-mono">
            <PlainText text={file} />
          </code>{" "}
          is not among these changes.
        </p>
      )}
      <div className="grid gap-3 lg:grid-cols-[16rem_minmax(0,1fr)] lg:items-start">
        <FileList
          files={files}
          commentsOf={(path) => diff.comments.filter(({ file }) => file === path).length}
          onFile={(path) => show(`file ${path}`, path)}
        />
        <DiffList diff={diff} looks={{ ...looks, split }} wanted={wanted} onLine={onLine} />
      </div>
      <div ref={panel}>
        <SendComments task={task} diff={diff} onComment={show} />
      </div>
    </>
  );
}

/** The row somebody wants to see: of the address, or of a press; a wish may be repeated. */
function useWanted(fold: (paths: readonly string[], folded: boolean) => void) {
  const { file, line } = route.useSearch();
  const [wanted, setWanted] = useState<Wish | null>(null);
  // Once: what is pressed later changes the address, and not the view.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (file === undefined) return;
    fold([file], false);
    const number = Number(line);
    if (line === undefined || !Number.isInteger(number)) setWanted({ row: `file ${file}`, file });
    else {
      const side = line.startsWith("-") ? "before" : "after";
      setWanted({ row: anchorKey({ file, side, line: Math.abs(number) }), file });
    }
  }, []);
  return [wanted, setWanted] as const;
}
