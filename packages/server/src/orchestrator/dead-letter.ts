import type { BlockReason } from "@harness/protocol";
import type { TaskRecord } from "../tasks/index.ts";

/** Why a task is not tried again until a person has looked at it, and how it goes on or is given up. */
export function deadLetter(task: Pick<TaskRecord, "id">, why: string, now: number): BlockReason {
  return {
    code: "dead_letter",
    message: `${why} Look at the log before you let it go on.`,
    needs: "person",
    since: new Date(now).toISOString(),
    unblock: [
      `harness task unblock ${task.id}`,
      `harness task cancel ${task.id}`,
      `harness task show ${task.id}`,
    ],
    until: null,
  };
}
