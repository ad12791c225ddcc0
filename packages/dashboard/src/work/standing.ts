import { runningStatuses, type Task, terminalStatuses } from "@harness/protocol";
import type { Tone } from "../ui/index.ts";

/** Who must act on a task next; in the order in which people should look. */
export const standings = ["merge", "respond", "review", "pending", "working", "done"] as const;
export type Standing = (typeof standings)[number];

/** What each says, and to whom. */
export const standingWords: Readonly<
  Record<Standing, { readonly title: string; readonly hint: string; readonly tone: Tone }>
> = {
  merge: { title: "Ready to merge", hint: "Proven and reviewed: take it in", tone: "done" },
  respond: { title: "Answer", hint: "Waits for an answer of yours", tone: "answer" },
  review: { title: "Look at", hint: "Failed, or ran out of budget", tone: "broken" },
  pending: { title: "Waiting", hint: "Queued, or waits for a time or another task", tone: "plain" },
  working: { title: "Working", hint: "An agent or a check runs", tone: "working" },
  done: { title: "Done", hint: "Landed, discarded, cancelled, or nothing was to do", tone: "done" },
};

/** Who must act on a task. */
export function standingOf(task: Task): Standing {
  if (task.status === "waiting") return task.block_reason?.needs === "person" ? "respond" : "pending";
  if (task.status === "queued") return "pending";
  if (isRunning(task)) return "working";
  if (task.discarded_at !== null) return "done";
  if (task.status === "done") return task.landed === null && task.branch !== null ? "merge" : "done";
  return task.status === "failed" || task.status === "budget_exhausted" ? "review" : "done";
}

/** Whether an attempt works on it now. */
export function isRunning({ status }: Pick<Task, "status">): boolean {
  return (runningStatuses as readonly string[]).includes(status);
}

/** Whether nothing leaves its status by itself. */
export function isOver({ status }: Pick<Task, "status">): boolean {
  return (terminalStatuses as readonly string[]).includes(status);
}

/** The colour of a status, by the same rule as everywhere: amber for a person, red for broken. */
export function toneOf(task: Task): Tone {
  if (task.status === "waiting" && standingOf(task) === "respond") return "answer";
  if (task.status === "failed" || task.status === "budget_exhausted") return "broken";
  if (task.status === "reviewing") return "review";
  if (isRunning(task)) return "working";
  return isOver(task) ? "done" : "plain";
}

/** A status as people say it. */
export function statusWord(task: Pick<Task, "status">): string {
  return task.status.replaceAll("_", " ");
}
