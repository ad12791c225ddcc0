import type { Task } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Badge, Panel, Time, visibleText } from "../../ui/index.ts";
import { ActionButtons, useTaskActions } from "../../work/index.ts";

/** Tasks that wait for a person with something else than a question: what they need and the buttons that end the wait. */
export function WaitingTasks({ tasks }: { readonly tasks: readonly Task[] }): ReactNode {
  const actions = useTaskActions();
  return (
    <Panel title={`Tasks that wait for you (${tasks.length})`}>
      <ul className="flex flex-col gap-2">
        {tasks.map((task) => (
          <li key={task.id} className="flex flex-col gap-1 border-b pb-2 last:border-b-0">
            <div className="flex flex-wrap items-center gap-2">
              <Badge tone="answer">{task.block_reason?.code.replaceAll("_", " ")}</Badge>
              <Link
                to="/ui/tasks/$taskId"
                params={{ taskId: task.id }}
                className="font-medium break-words hover:underline"
              >
                {visibleText(task.title)}
              </Link>
              <span className="text-sm text-muted">
                {visibleText(task.project)}
                {task.block_reason && (
                  <>
                    {" "}
                    · since <Time at={task.block_reason.since} />
                  </>
                )}
              </span>
            </div>
            <p className="break-words text-muted">{visibleText(task.block_reason?.message ?? "")}</p>
            <div className="flex flex-wrap gap-2">
              <ActionButtons task={task} actions={actions} />
            </div>
          </li>
        ))}
      </ul>
      {actions.dialog}
    </Panel>
  );
}
