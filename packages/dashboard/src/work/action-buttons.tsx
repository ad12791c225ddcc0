import type { Task } from "@harness/protocol";
import type { ReactNode } from "react";
import { Button, visibleText } from "../ui/index.ts";
import type { TaskActionRun } from "./action-dialog.tsx";
import { actionsFor } from "./actions.ts";

interface ActionButtonsProps {
  readonly task: Task;
  readonly actions: TaskActionRun;
}

/** A button for everything a person can do with a task of a list, named with the task. */
export function ActionButtons({ task, actions }: ActionButtonsProps): ReactNode {
  return actionsFor([task]).map(({ action, tasks }) => (
    <Button
      key={action.id}
      look={action.destroys ? "danger" : "plain"}
      aria-label={`${action.title}: ${visibleText(task.title)}`}
      onClick={() => actions.start(action, tasks)}
    >
      {action.title}
    </Button>
  ));
}
