import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { AttemptsView } from "../attempts/index.ts";

/** The tries at the task, and how each ended. */
export function AttemptsTab({ task }: { readonly task: TaskDetail }): ReactNode {
  return <AttemptsView task={task} />;
}
