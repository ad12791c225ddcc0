import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { EvidenceView } from "../evidence/index.ts";

/** What Harness itself ran on the work, and what came out. */
export function EvidenceTab({ task }: { readonly task: TaskDetail }): ReactNode {
  return <EvidenceView task={task} />;
}
