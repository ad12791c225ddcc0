import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { Empty } from "../../../ui/index.ts";

/** What happened in the task, as events or as lines of text. */
export function LogsTab({ task }: { readonly task: TaskDetail }): ReactNode {
  return <Empty title={`Nothing of ${task.id} is shown here yet`} />;
}
