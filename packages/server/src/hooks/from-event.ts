import type { Event, EventType, HookEvent } from "@harness/protocol";
import { fromItem } from "./from-item.ts";
import type { HookMessage } from "./hook-message.ts";

type Told = Omit<HookMessage, "about" | "seq"> & { readonly cwd?: string };
/** What an event of the log is for hooks: which of theirs it may be, and what they are told. */
interface Telling<T extends EventType> {
  readonly as: readonly HookEvent[];
  readonly tell: (event: Extract<Event, { type: T }>) => Told | readonly Told[] | undefined;
}

/**
 * What hooks are told of from the log, at least once. Not here, because they are about what a turn is about to do and
 * ends with it: those that decide, and `SessionStart`, `UserPromptSubmit` and `PreCompact`.
 */
const telling: { readonly [T in EventType]?: Telling<T> } = {
  "task.queued": { as: ["TaskQueued"], tell: ({ data }) => ({ event: "TaskQueued", fields: data }) },
  "workspace.opened": {
    as: ["WorktreeCreate"],
    tell: ({ data }) => ({
      event: "WorktreeCreate",
      fields: { attempt_id: data.attempt_id, worktree_path: data.path, base_sha: data.base_sha },
      cwd: data.path,
    }),
  },
  "workspace.removed": {
    as: ["WorktreeRemove"],
    tell: ({ data }) => ({ event: "WorktreeRemove", fields: data }),
  },
  "item.completed": {
    as: ["PostToolUse", "PostToolUseFailure", "SubagentStop"],
    tell: ({ data }) => fromItem(data.item),
  },
  "turn.ended": {
    as: ["Stop"],
    tell: ({ data: { status } }) => ({ event: "Stop", fields: { status, stop_hook_active: false } }),
  },
  "stage.ended": {
    as: ["ValidationFinished"],
    tell: ({ data: { stage, attempt_id, round, outcome, detail, duration_ms } }) =>
      stage === "validate" && (outcome === "ok" || outcome === "failed")
        ? { event: "ValidationFinished", fields: { attempt_id, round, outcome, detail, duration_ms } }
        : undefined,
  },
  "review.completed": {
    as: ["ReviewFinished"],
    tell: ({ data }) => ({ event: "ReviewFinished", fields: { review: data.review } }),
  },
  "budget.reached": {
    as: ["BudgetExceeded"],
    tell: ({ data }) => ({ event: "BudgetExceeded", fields: data }),
  },
  "task.ended": {
    as: ["BudgetExceeded", "SessionEnd"],
    tell: ({ data: { status, error } }) =>
      status === "budget_exhausted"
        ? { event: "BudgetExceeded", fields: { scope: "task", why: error?.message ?? status, until: null } }
        : { event: "SessionEnd", fields: { reason: status } },
  },
  "thread.deleted": {
    as: ["SessionEnd"],
    tell: () => ({ event: "SessionEnd", fields: { reason: "deleted" } }),
  },
  "approval.requested": {
    as: ["Notification"],
    tell: ({ data: { approval } }) =>
      notification(approval.kind === "question" ? "question" : "permission_prompt", approval.summary),
  },
  "task.waiting": {
    as: ["Notification"],
    tell: ({ data: { block_reason } }) =>
      // What an agent asks is told already.
      block_reason.needs === "person" && block_reason.code !== "approval"
        ? notification(block_reason.code, block_reason.message)
        : undefined,
  },
  "account.stopped": { as: ["Notification"], tell: ({ data }) => notification("auth", data.message) },
};

/** Types of events of the log that hooks of these events may be told of. */
export function toldTypes(wanted: (event: HookEvent) => boolean): readonly EventType[] {
  const all = Object.entries(telling) as [EventType, Telling<EventType>][];
  return all.filter(([, { as }]) => as.some(wanted)).map(([type]) => type);
}

/** Whether hooks of this event are told of what stands in the log. */
export function isLogged(event: HookEvent): boolean {
  return Object.values(telling).some(({ as }) => as.includes(event));
}

/** What an event of the log is for hooks: nothing, something, or more than one thing. */
export function fromEvent(event: Event): readonly HookMessage[] {
  const row = telling[event.type] as Telling<EventType> | undefined;
  const { project_id, task_id, thread_id, turn_id, seq } = event;
  return [row?.tell(event) ?? []].flat().map(({ cwd = null, fields = {}, ...message }) => ({
    ...message,
    about: { project_id, task_id, thread_id, turn_id, cwd, agent: null },
    fields,
    seq,
  }));
}

function notification(notification_type: string, message: string): Told {
  return { event: "Notification", fields: { notification_type, message } };
}
