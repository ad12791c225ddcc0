import type { TaskDetail } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { useCommands } from "../../commands/index.ts";
import { useLive } from "../../live/index.ts";
import { Button, Dialog } from "../../ui/index.ts";
import { actionsFor, Composer, isOver, type TaskActionRun } from "../../work/index.ts";
import { mayRetry, RetryDialog } from "./retry-dialog.tsx";

interface TaskButtonsProps {
  readonly task: TaskDetail;
  readonly actions: TaskActionRun;
}

/** Waits before an attempt began: there is no work yet to ask a change of. */
const notBegun: readonly string[] = ["dependency", "dependency_failed"];

/** Whether a change can be asked for. */
export function mayRevise(task: TaskDetail): boolean {
  if (task.discarded_at !== null) return false;
  return isOver(task) || (task.status === "waiting" && !notBegun.includes(task.block_reason?.code ?? ""));
}

/** Everything a person can do with a task now, by button and by key. */
export function TaskButtons({ task, actions }: TaskButtonsProps): ReactNode {
  const [asking, setAsking] = useState<"revise" | "retry" | null>(null);
  const { client } = useLive();
  const offered = actionsFor([task]).map(({ action }) => action);
  const revisable = mayRevise(task);
  useCommands([
    ...offered.map((action) => ({
      id: `task-${action.id}`,
      title: `${action.title} this task`,
      keys: `w ${action.key}`,
      group: "This task",
      run: () => actions.start(action, [task]),
    })),
    ...(revisable
      ? [
          {
            id: "task-revise",
            title: "Request changes to this task",
            keys: "w e",
            group: "This task",
            run: () => setAsking("revise"),
          },
        ]
      : []),
  ]);
  return (
    <>
      {offered.map((action, index) => (
        <Button
          key={action.id}
          keys={`w ${action.key}`}
          look={action.destroys ? "danger" : index === 0 && action.id !== "cancel" ? "primary" : "plain"}
          onClick={() => actions.start(action, [task])}
        >
          {action.title}
        </Button>
      ))}
      {revisable && (
        <Button keys="w e" onClick={() => setAsking("revise")}>
          Request changes
        </Button>
      )}
      {mayRetry(task) && <Button onClick={() => setAsking("retry")}>Retry with …</Button>}
      {asking === "retry" && <RetryDialog task={task} onClose={() => setAsking(null)} />}
      {asking === "revise" && (
        <Dialog title="Request changes" onClose={() => setAsking(null)} wide>
          <p className="mb-2 text-muted">
            A new round goes on from the work as it stands; it is proven and reviewed anew.
          </p>
          <Composer
            draft={`revise.${task.id}`}
            label="What to change"
            placeholder="What to change, in plain words. @ names a file."
            project={task.project_id}
            ways={[
              {
                name: "Request changes",
                hint: "Queue the task again with this",
                run: async (prompt) => {
                  await client.call("task/revise", { task_id: task.id, prompt });
                  setAsking(null);
                },
              },
            ]}
          />
        </Dialog>
      )}
    </>
  );
}
