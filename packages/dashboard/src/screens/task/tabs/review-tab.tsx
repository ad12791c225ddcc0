import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { ReviewView } from "../review/index.ts";

/** What other agents said of the work, round by round. */
export function ReviewTab({ task }: { readonly task: TaskDetail }): ReactNode {
  return <ReviewView task={task} />;
}
