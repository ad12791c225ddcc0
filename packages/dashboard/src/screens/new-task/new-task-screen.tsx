import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** A task or a list of tasks to submit. */
export function NewTaskScreen(): ReactNode {
  return <Screen title="New task">{null}</Screen>;
}
