import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { Empty } from "../../../ui/index.ts";

/** The tries at the task, and how each ended. */
export function AttemptsTab({ task }: { readonly task: TaskDetail }): ReactNode {
  return <Empty title={`Nothing of ${task.id} is shown here yet`} />;
}
