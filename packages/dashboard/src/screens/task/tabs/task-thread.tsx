import type { TaskDetail, Turn } from "@harness/protocol";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useCallback, useState } from "react";
import { useRead } from "../../../live/index.ts";
import { PlainText, Problem, Waiting } from "../../../ui/index.ts";
import { FoldedText, ThreadLog, useThread } from "../../../work/index.ts";

const route = getRouteApi("/ui/tasks/$taskId");

/** One thread of a task, live. */
export function TaskThread({
  task,
  thread_id,
}: {
  readonly task: TaskDetail;
  readonly thread_id: string;
}): ReactNode {
  const { view, error } = useThread(thread_id);
  const { turn, item } = route.useSearch();
  const [opened] = useState(Date.now);
  const { id } = task;
  const address = useCallback(
    (turn_id: string, seq: number | null) =>
      `/ui/tasks/${id}?tab=conversation&turn=${turn_id}${seq === null ? "" : `&item=${seq}`}`,
    [id],
  );
  const roots = task.attempt_history.flatMap(({ workspace }) => workspace ?? []).join("\n");
  const fileLink = useCallback(
    (path: string) => <FileLink taskId={id} path={path} roots={roots} />,
    [id, roots],
  );
  const turnPrompt = useCallback((one: Turn) => <TurnPrompt taskId={id} turnId={one.id} />, [id]);
  if (view === null)
    return error === null ? <Waiting since={opened} what="the conversation" /> : <Problem error={error} />;
  return (
    <>
      {error !== null && (
        <p role="status" className="text-muted">
          It cannot be followed now and is tried again; what is shown may be old.
        </p>
      )}
      <ThreadLog
        view={view}
        shown={{ turn, item }}
        address={address}
        fileLink={fileLink}
        turnPrompt={turnPrompt}
      />
    </>
  );
}

/** A changed file, where its change is shown. */
function FileLink({
  taskId,
  path,
  roots,
}: {
  readonly taskId: string;
  readonly path: string;
  readonly roots: string;
}): ReactNode {
  const root = roots.split("\n").find((one) => one !== "" && path.startsWith(`${one}/`));
  const file = root === undefined ? path : path.slice(root.length + 1);
  if (file.startsWith("/")) return <PlainText text={path} />;
  return (
    <Link
      to="/ui/tasks/$taskId"
      params={{ taskId }}
      search={{ tab: "changes", file }}
      className="text-accent underline"
    >
      <PlainText text={file} />
    </Link>
  );
}

/** What the agent was told at the beginning of a turn; read when somebody wants to know. */
function TurnPrompt({ taskId, turnId }: { readonly taskId: string; readonly turnId: string }): ReactNode {
  const [open, setOpen] = useState(false);
  const read = useRead("task/prompts", { task_id: taskId }, { enabled: open });
  const prompt = read.data?.find(({ turn_id }) => turn_id === turnId)?.prompt;
  const text = prompt ?? (read.data ? "It was not kept." : "Reading …");
  return (
    <>
      {read.error !== null && <Problem error={read.error} />}
      <FoldedText
        name="What the agent was told"
        text={open ? text : ""}
        open={open}
        onToggle={() => setOpen(!open)}
      />
    </>
  );
}
