import { type AttemptEnd, type Run, waitFor } from "./run.ts";

/** The end of an attempt that could not go on for want of room: its task is paused, not failed, and goes on by itself. */
export function spaceWait(taskId: string): { ok: false; end: AttemptEnd } {
  return waitFor(
    "storage_full",
    "The disk of the data directory is full. The task goes on by itself when there is room again.",
    ["harness disk", "harness disk clean", `harness task unblock ${taskId}`],
    "timer",
  );
}

/** True for an attempt that ended for want of room. */
export function isSpaceWait(end: AttemptEnd): boolean {
  return end.type === "waiting" && end.reason.code === "storage_full";
}

/** What an attempt's end means on a full disk: an agent or a command that failed there may have failed for that. */
export function endOnFullDisk(run: Pick<Run, "deps" | "task">, end: AttemptEnd): AttemptEnd {
  const doubtful = end.type === "failed" || end.type === "no_change";
  return doubtful && run.deps.space.isFull() ? spaceWait(run.task.id).end : end;
}
