import {
  type BlockReason,
  HarnessError,
  runningStatuses,
  type TaskStatus,
  terminalStatuses,
} from "@harness/protocol";

export type RunningStatus = (typeof runningStatuses)[number];
export type TerminalStatus = (typeof terminalStatuses)[number];

/** What can be asked of a task. */
export type TaskCommand =
  | { readonly type: "claim"; readonly as: RunningStatus }
  | { readonly type: "enter"; readonly status: RunningStatus }
  | { readonly type: "wait"; readonly reason: BlockReason }
  | { readonly type: "requeue"; readonly reason: string }
  | {
      readonly type: "finish";
      readonly status: Exclude<TerminalStatus, "cancelled">;
      readonly reason: string;
    }
  | { readonly type: "cancel"; readonly reason: string }
  | { readonly type: "retry" }
  | { readonly type: "revise" }
  | { readonly type: "unblock"; readonly by: string }
  | { readonly type: "accept" };

/** What the lifecycle needs to know of a task. */
export interface TaskState {
  readonly id: string;
  readonly status: TaskStatus;
  readonly block_reason: BlockReason | null;
}

export type Decision =
  | { readonly ok: true; readonly to: TaskStatus; readonly reason: string }
  | { readonly ok: false; readonly message: string };

/** Waits a person may end by accepting what is missing; the rest need a cause removed. */
const ACCEPTABLE = new Set<BlockReason["code"]>(["no_validation", "no_reviewer", "review_limit"]);

/** Waits for other tasks: there is no work yet that a person could ask to change. */
const NOT_BEGUN = new Set<BlockReason["code"]>(["dependency", "dependency_failed"]);

const running: readonly TaskStatus[] = runningStatuses;
const ended: readonly TaskStatus[] = terminalStatuses;

const ok = (to: TaskStatus, reason: string): Decision => ({ ok: true, to, reason });

const rules: {
  readonly [C in TaskCommand["type"]]: {
    readonly from: readonly TaskStatus[];
    decide(task: TaskState, command: Extract<TaskCommand, { type: C }>): Decision;
  };
} = {
  claim: { from: ["queued"], decide: (_, command) => ok(command.as, "claimed") },
  enter: { from: running, decide: (_, command) => ok(command.status, command.status) },
  wait: {
    from: ["queued", ...running, "waiting"],
    decide: (_, command) => ok("waiting", command.reason.code),
  },
  requeue: { from: [...running, "waiting"], decide: (_, command) => ok("queued", command.reason) },
  finish: { from: [...running, "waiting"], decide: (_, command) => ok(command.status, command.reason) },
  cancel: {
    from: ["queued", ...running, "waiting"],
    decide: (_, command) => ok("cancelled", command.reason),
  },
  retry: { from: ["failed", "cancelled", "budget_exhausted"], decide: () => ok("queued", "retry") },
  revise: {
    from: [...ended, "waiting"],
    decide: (task) =>
      task.block_reason && NOT_BEGUN.has(task.block_reason.code)
        ? {
            ok: false,
            message: `Cannot revise task ${task.id}: it has not begun. ${task.block_reason.message}`,
          }
        : ok("queued", "revision"),
  },
  unblock: { from: ["waiting"], decide: (_, command) => ok("queued", `unblocked by ${command.by}`) },
  accept: {
    from: ["waiting"],
    decide: (task) =>
      task.block_reason && ACCEPTABLE.has(task.block_reason.code)
        ? ok("queued", `accepted ${task.block_reason.code}`)
        : {
            ok: false,
            message: `Cannot accept task ${task.id}: it waits for ${task.block_reason?.code ?? "nothing"}, which nobody can accept. Remove the cause, then unblock it.`,
          },
  },
};

/**
 * The whole lifecycle of a task, pure: a command on a state gives the next status or the reason why not.
 *
 * | command | from | to |
 * |---|---|---|
 * | claim   | queued | the first running status of the attempt |
 * | enter   | any running | another running status |
 * | wait    | queued, running, waiting | waiting (with a block reason) |
 * | requeue | running, waiting | queued (crash, drain, back-off) |
 * | finish  | running, waiting | done, no_change, failed, budget_exhausted |
 * | cancel  | queued, running, waiting | cancelled |
 * | retry   | failed, cancelled, budget_exhausted | queued |
 * | revise  | done, no_change, failed, cancelled, budget_exhausted, and waiting for anything but another task | queued |
 * | unblock | waiting | queued |
 * | accept  | waiting for no_validation, no_reviewer or review_limit | queued |
 *
 * running = triaging, planning, implementing, validating, reviewing, publishing. Nothing else is legal; done and
 * no_change are left only when a person asks for a change to the work.
 */
export function decide(task: TaskState, command: TaskCommand): Decision {
  const rule = rules[command.type];
  if (!rule.from.includes(task.status)) {
    return {
      ok: false,
      message: `Cannot ${command.type} task ${task.id}: it is ${task.status}. ${advice(task.status, command.type)}`,
    };
  }
  return (rule.decide as (task: TaskState, command: TaskCommand) => Decision)(task, command);
}

/** Decides, or throws `illegal_transition`. */
export function decideOrThrow(task: TaskState, command: TaskCommand): Extract<Decision, { ok: true }> {
  const decision = decide(task, command);
  if (!decision.ok) throw new HarnessError("illegal_transition", decision.message, { got: task.status });
  return decision;
}

/** True for a status nothing leaves by itself. */
export function isTerminal(status: TaskStatus): status is TerminalStatus {
  return ended.includes(status);
}

/** True for a status that a live attempt owns. */
export function isRunning(status: TaskStatus): status is RunningStatus {
  return running.includes(status);
}

function advice(status: TaskStatus, command: TaskCommand["type"]): string {
  if (ended.includes(status))
    return command === "cancel"
      ? "It has ended; there is nothing to stop."
      : `Only a ${rules.retry.from.join(", ")} task can be retried; ask for a change with revise.`;
  if (status === "waiting") return "See its block reason for the commands that end the wait.";
  return "Wait for it to end or cancel it first.";
}
