import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { AttemptsTab } from "./attempts-tab.tsx";
import { ChangesTab } from "./changes-tab.tsx";
import { ConversationTab } from "./conversation-tab.tsx";
import { CostTab } from "./cost-tab.tsx";
import { EvidenceTab } from "./evidence-tab.tsx";
import { LogsTab } from "./logs-tab.tsx";
import { ReviewTab } from "./review-tab.tsx";

/** One view of a task. */
interface TaskTab {
  /** The word in the address. */
  readonly id: string;
  readonly name: string;
  readonly keys: string;
  readonly View: (props: { readonly task: TaskDetail }) => ReactNode;
}

/** The views of a task, in order; the first is shown unless the address says which. */
export const taskTabs: readonly [TaskTab, ...TaskTab[]] = [
  { id: "conversation", name: "Conversation", keys: "v t", View: ConversationTab },
  { id: "changes", name: "Changes", keys: "v c", View: ChangesTab },
  { id: "evidence", name: "Evidence", keys: "v e", View: EvidenceTab },
  { id: "review", name: "Review", keys: "v r", View: ReviewTab },
  { id: "logs", name: "Logs", keys: "v l", View: LogsTab },
  { id: "cost", name: "Cost", keys: "v o", View: CostTab },
  { id: "attempts", name: "Attempts", keys: "v d", View: AttemptsTab },
];
