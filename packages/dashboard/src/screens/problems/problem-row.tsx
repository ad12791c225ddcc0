import type { ListedProblem, Task } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Badge, CopyText, Time, visibleText } from "../../ui/index.ts";
import { ActionButtons, type TaskActionRun } from "../../work/index.ts";
import { kindWords } from "./kind-words.ts";

interface ProblemRowProps {
  readonly problem: ListedProblem;
  readonly index: number;
  readonly chosen: boolean;
  readonly onChoose: (index: number) => void;
  readonly task: Task | undefined;
  readonly actions: TaskActionRun;
}

/** One problem: its age, its reason, and what helps. */
export function ProblemRow({ problem, index, chosen, onChoose, task, actions }: ProblemRowProps): ReactNode {
  const { kind, reason, code, since, until, expires_at, project, account, commands } = problem;
  return (
    <li
      data-row={index}
      onFocus={() => onChoose(index)}
      className={`flex flex-col gap-1 rounded border-b p-2 last:border-b-0 ${chosen ? "bg-hover" : ""}`}
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Badge tone={kindWords[kind].tone}>{(code ?? kind).replaceAll("_", " ")}</Badge>
        <span className="min-w-0 flex-1 font-medium break-words">
          <Subject problem={problem} />
        </span>
        <span className="text-sm text-muted">
          {project !== null && <>{visibleText(project)} · </>}
          {account !== null && <>account {visibleText(account)} · </>}
          since <Time at={since} />
        </span>
      </div>
      <p className="break-words text-muted">{visibleText(reason)}</p>
      {(until !== null || expires_at !== null) && (
        <p className="text-sm text-muted">
          {until !== null && (
            <>
              Goes on by itself <Time at={until} />.{" "}
            </>
          )}
          {expires_at !== null && (
            <>
              Fails for having waited too long <Time at={expires_at} />.
            </>
          )}
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2">
        {task && <ActionButtons task={task} actions={actions} />}
        {problem.kind === "waiting_for_you" && code === "approval" && (
          <Link to="/ui/inbox" className="text-accent underline">
            Answer it
          </Link>
        )}
        {commands.slice(0, 2).map((command) => (
          <CopyText key={command} text={command} />
        ))}
      </div>
    </li>
  );
}

function Subject({ problem: { task_id, thread_id, title } }: { readonly problem: ListedProblem }): ReactNode {
  const words = visibleText(title);
  if (task_id !== null)
    return (
      <Link to="/ui/tasks/$taskId" params={{ taskId: task_id }} className="hover:underline">
        {words}
      </Link>
    );
  if (thread_id !== null)
    return (
      <Link to="/ui/conversations/$threadId" params={{ threadId: thread_id }} className="hover:underline">
        {words}
      </Link>
    );
  return words;
}
