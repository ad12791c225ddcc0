import type { Task } from "@harness/protocol";
import type { ReactNode } from "react";
import { Badge } from "../ui/index.ts";

/** Priorities as people say them, the number of each being its place. */
export const priorityWords = ["normal", "high", "urgent"] as const;

/** A priority above the normal one; the normal one needs no mark. */
export function PriorityMark({ task: { priority } }: { readonly task: Pick<Task, "priority"> }): ReactNode {
  if (priority <= 0) return null;
  return (
    <Badge title="Its place in the queue">
      {priority > 1 ? "▲▲" : "▲"} {priorityWords[priority] ?? `priority ${priority}`}
    </Badge>
  );
}
