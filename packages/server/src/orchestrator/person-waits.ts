import type { Approval } from "@harness/protocol";
import type { AttemptEnd, Run } from "./run.ts";

/** The way out of a task whose agent asked a person who did not answer while its process was kept. */
export function approvalWait(taskId: string, { id, summary, on_expiry, expires_at }: Approval): AttemptEnd {
  const later =
    on_expiry === "wait" || expires_at === null
      ? ""
      : ` After ${expires_at} it is ${on_expiry === "deny" ? "denied" : "approved"} by itself.`;
  return {
    type: "waiting",
    reason: {
      code: "approval",
      message: `The agent asks: ${summary}.${later}`,
      needs: "person",
      unblock: [
        `harness approval respond ${id} --allow`,
        `harness approval respond ${id} --deny --reason "why"`,
        `harness task cancel ${taskId}`,
      ],
      until: null,
    },
  };
}

/** The way out of a task whose running turn a person interrupted. */
export function interruptedBy(taskId: string, actor: string): AttemptEnd {
  return {
    type: "waiting",
    reason: {
      code: "interrupted",
      message: `Its turn was interrupted by ${actor}; what it did so far is kept.`,
      needs: "person",
      unblock: [`harness task unblock ${taskId}`, `harness task cancel ${taskId}`],
      until: null,
    },
  };
}

/** Whether the questions of a turn that is over still count: its task asks them again when it goes on. */
export function goesOnLater(run: Run): boolean {
  if (!run.signal.aborted) return false;
  const end = run.signal.reason as AttemptEnd | undefined;
  return end?.type === "superseded" || (end?.type === "waiting" && end.reason.code !== "interrupted");
}
