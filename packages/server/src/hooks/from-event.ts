import type { Event, EventType, HookEvent } from "@harness/protocol";
import type { HookMessage } from "./hook-message.ts";

type Telling = { readonly [T in EventType]?: (event: Extract<Event, { type: T }>) => Told | undefined };
type Told = Pick<HookMessage, "event" | "fields"> & { readonly cwd?: string };

/** What hooks are told of from the log; what happens inside a turn they are told by the turn itself. */
const telling: Telling = {
  "task.queued": ({ data }) => ({ event: "TaskQueued", fields: data }),
  "workspace.opened": ({ data }) => ({
    event: "WorktreeCreate",
    fields: { attempt_id: data.attempt_id, worktree_path: data.path, base_sha: data.base_sha },
    cwd: data.path,
  }),
  "workspace.removed": ({ data }) => ({ event: "WorktreeRemove", fields: data }),
  "stage.ended": ({ data: { stage, attempt_id, round, outcome, detail, duration_ms } }) =>
    stage === "validate" && (outcome === "ok" || outcome === "failed")
      ? { event: "ValidationFinished", fields: { attempt_id, round, outcome, detail, duration_ms } }
      : undefined,
  "review.completed": ({ data }) => ({ event: "ReviewFinished", fields: { review: data.review } }),
  "budget.reached": ({ data }) => ({ event: "BudgetExceeded", fields: data }),
  "task.ended": ({ data: { status, error } }) =>
    status === "budget_exhausted"
      ? { event: "BudgetExceeded", fields: { scope: "task", why: error?.message ?? status, until: null } }
      : { event: "SessionEnd", fields: { reason: status } },
  "thread.deleted": () => ({ event: "SessionEnd", fields: { reason: "deleted" } }),
  "approval.requested": ({ data: { approval } }) =>
    notification(approval.kind === "question" ? "question" : "permission_prompt", approval.summary),
  "task.waiting": ({ data: { block_reason } }) =>
    // What an agent asks is told already.
    block_reason.needs === "person" && block_reason.code !== "approval"
      ? notification(block_reason.code, block_reason.message)
      : undefined,
  "account.stopped": ({ data }) => notification("auth", data.message),
};

/** Types of events hooks may be told of. */
export const toldTypes = Object.keys(telling) as readonly EventType[];
/** Hooks that are told of what stands in the log. */
export const loggedHookEvents: readonly HookEvent[] = [
  "TaskQueued",
  "WorktreeCreate",
  "WorktreeRemove",
  "ValidationFinished",
  "ReviewFinished",
  "BudgetExceeded",
  "SessionEnd",
  "Notification",
];

/** The hook event an event of the log is, if any. */
export function fromEvent(event: Event): HookMessage | undefined {
  const tell = telling[event.type] as ((event: Event) => Told | undefined) | undefined;
  const told = tell?.(event);
  if (!told) return undefined;
  const { project_id, task_id, thread_id, turn_id } = event;
  const about = { project_id, task_id, thread_id, turn_id, cwd: told.cwd ?? null, agent: null };
  return { event: told.event, about, fields: told.fields ?? {}, seq: event.seq };
}

function notification(notification_type: string, message: string): Told {
  return { event: "Notification", fields: { notification_type, message } };
}
