import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { Empty } from "../../../ui/index.ts";

/** What other agents said of the work, round by round. */
export function ReviewTab({ task }: { readonly task: TaskDetail }): ReactNode {
  return <Empty title={`Nothing of ${task.id} is shown here yet`} />;
}
