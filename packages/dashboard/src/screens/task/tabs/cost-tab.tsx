import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { CostView } from "../cost/index.ts";

/** What the task used, and against which limits. */
export function CostTab({ task }: { readonly task: TaskDetail }): ReactNode {
  return <CostView task={task} />;
}
