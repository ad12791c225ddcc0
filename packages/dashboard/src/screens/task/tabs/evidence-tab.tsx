import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { Empty } from "../../../ui/index.ts";

/** What Harness itself ran on the work, and what came out. */
export function EvidenceTab({ task }: { readonly task: TaskDetail }): ReactNode {
  return <Empty title={`Nothing of ${task.id} is shown here yet`} />;
}
