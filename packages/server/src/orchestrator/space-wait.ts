import { type AttemptEnd, type Run, waitFor } from "./run.ts";

/** What every attempt that ended for want of room has as its reason. */
export const SPACE_MESSAGE = "The disk of the data directory is full.";
/** Until a full disk that is not ours is tried again (milliseconds). */
const OTHER_DISK_MS = 10 * 60_000;

/** The end of an attempt that could not go on for want of room: its task is paused, not failed, and goes on by itself. */
export function spaceWait(taskId: string): { ok: false; end: AttemptEnd } {
  return waitFor(
    "storage_full",
    `${SPACE_MESSAGE} The task goes on by itself when there is room again.`,
    ["harness disk", "harness disk clean", `harness task unblock ${taskId}`],
    "timer",
  );
}

/** True for an attempt that ended for want of room. */
export function isSpaceWait(end: AttemptEnd): boolean {
  return end.type === "waiting" && end.reason.code === "storage_full";
}

/** The same for work that is done and finds no room in the user's repository, on a disk that is not ours to free. */
export function otherDiskWait(run: Pick<Run, "deps" | "task" | "project">): { ok: false; end: AttemptEnd } {
  const until = run.deps.clock.now() + OTHER_DISK_MS;
  const reason = {
    code: "storage_full" as const,
    message: `The disk of ${run.project.root} is full: the branch cannot be published. Free space there; it is tried again by itself.`,
    needs: "timer",
    unblock: [`harness task unblock ${run.task.id}`],
    until: new Date(until).toISOString(),
  };
  return { ok: false, end: { type: "waiting", reason, until } };
}

/** What an attempt's end means on a full disk: an agent or a command that failed there may have failed for that. */
export function endOnFullDisk(run: Pick<Run, "deps" | "task">, end: AttemptEnd): AttemptEnd {
  const doubtful = end.type === "failed" || end.type === "no_change";
  return doubtful && run.deps.space.isFull() ? spaceWait(run.task.id).end : end;
}
