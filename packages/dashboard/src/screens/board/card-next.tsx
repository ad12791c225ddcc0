import type { Approval, Task } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button, Time, visibleText } from "../../ui/index.ts";
import { actionsFor, isOver, standingOf } from "../../work/index.ts";

interface CardNextProps {
  readonly task: Task;
  readonly asks: Approval | undefined;
  readonly titleOf: (task_id: string) => string;
  readonly onAct: (task: Task) => void;
}

/** What a task waits for or why it ended, and the one thing that helps most. */
export function CardNext({ task, asks, titleOf, onAct }: CardNextProps): ReactNode {
  const standing = standingOf(task);
  const { block_reason: reason, error } = task;
  const mine = standing === "respond";
  const on = reason?.code === "dependency" || reason?.code === "dependency_failed" ? task.depends_on : [];
  const why =
    task.status === "waiting" ? reason?.message : standing === "review" ? error?.message : undefined;
  if (asks && !isOver(task)) return <Question asks={asks} />;
  return (
    <>
      {on.length > 0 ? (
        <p className="truncate text-sm">
          <span className="text-muted">Blocked by </span>
          {on.map((id, place) => (
            <span key={id}>
              {place > 0 && ", "}
              <Link to="/ui/tasks/$taskId" params={{ taskId: id }} preload={false} className="underline">
                {visibleText(titleOf(id))}
              </Link>
            </span>
          ))}
        </p>
      ) : (
        why !== undefined && (
          <p
            title={visibleText(why)}
            className={`line-clamp-2 text-sm break-words ${mine ? "text-answer" : standing === "review" ? "text-broken" : "text-muted"}`}
          >
            {visibleText(why)}
          </p>
        )
      )}
      {task.status === "waiting" && reason?.until && (
        <p className="text-sm text-muted">
          goes on <Time at={reason.until} />
        </p>
      )}
      <Help task={task} onAct={onAct} />
    </>
  );
}

function Help({ task, onAct }: Pick<CardNextProps, "task" | "onAct">): ReactNode {
  const standing = standingOf(task);
  if (standing === "respond" && task.block_reason?.code === "approval") return <AnswerLink />;
  if (!["merge", "respond", "review"].includes(standing)) return null;
  const first = actionsFor([task])[0]?.action;
  if (first === undefined || first.id === "cancel" || first.id === "discard" || first.id === "checkout")
    return null;
  return (
    <Button className="w-fit" onClick={() => onAct(task)}>
      {first.title}
      {first.confirm !== undefined && " …"}
    </Button>
  );
}

/** What an agent asks a person, and where it is answered. */
function Question({ asks }: { readonly asks: Approval }): ReactNode {
  return (
    <>
      <p className="line-clamp-2 text-sm break-words text-answer" title={visibleText(asks.summary)}>
        Asks: {visibleText(asks.summary)}
      </p>
      <AnswerLink id={asks.id} />
    </>
  );
}

function AnswerLink({ id }: { readonly id?: string }): ReactNode {
  return (
    <Link
      to="/ui/inbox"
      search={id === undefined ? {} : { id }}
      preload={false}
      className="inline-flex min-h-7 w-fit items-center rounded border border-strong-line/50 px-2.5 font-medium hover:bg-hover pointer-coarse:min-h-11"
    >
      Answer
    </Link>
  );
}
