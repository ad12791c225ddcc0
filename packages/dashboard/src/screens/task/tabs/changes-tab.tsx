import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { Empty } from "../../../ui/index.ts";

/** What the task changed. */
export function ChangesTab({ task }: { readonly task: TaskDetail }): ReactNode {
  return <Empty title={`Nothing of ${task.id} is shown here yet`} />;
}
