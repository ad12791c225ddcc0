import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { ChangesView } from "../changes/index.ts";

/** What the task changed. */
export function ChangesTab({ task }: { readonly task: TaskDetail }): ReactNode {
  return <ChangesView task={task} />;
}
