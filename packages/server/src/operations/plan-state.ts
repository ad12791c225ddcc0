import type {
  Approval,
  Item,
  PlanAuthoring,
  PlanFollowup,
  PlanJob,
  PlanState,
  Turn,
} from "@harness/protocol";
import { askedJob, type Doing, inspects, jobOf, stepsOf } from "./plan-jobs.ts";

/** What is known of a thread, from its rows and the log. */
export interface ThreadFacts {
  /** Oldest first, without those that were rolled back. */
  readonly turns: readonly (Turn & { readonly input: string | null })[];
  /** The commit the thread began at. */
  readonly base: string | null;
  /** Jobs, oldest first. */
  readonly doings: readonly Doing[];
  /** Approvals that are pending or were denied, oldest first. */
  readonly asked: readonly Approval[];
  /** The newest plan in an agent's words. */
  readonly planText: string | null;
  /** A plan of modules, of a task's thread: it is followed by evidence and comes before the agent's words. */
  readonly steps: PlanState["items"];
  /** The newest item of the newest turn. */
  readonly newest: Item | null;
  readonly lastError: string | null;
  /** What waits first in the queue. */
  readonly queued: string | null;
  /** What the newest turn means to write. */
  readonly authoring: PlanAuthoring | null;
}

const MOST_JOBS = 100;
const MOST_FOLLOWUPS = 20;

/** Seed 2's planner state of a thread, pure. Null before its first turn. */
export function planStateOf(facts: ThreadFacts): PlanState | null {
  const last = facts.turns.at(-1);
  if (last === undefined) return null;
  const live = last.status === "running" || last.status === "waiting";
  const jobs = jobsOf(facts, live ? last.id : null);
  const active = live
    ? jobs.findLast(({ status }) => status === "waiting_approval" || status === "running")
    : undefined;
  const plan = facts.planText === null ? { explanation: null, items: [] } : stepsOf(facts.planText);
  const steps = facts.steps.length > 0 ? facts.steps : plan.items;
  const items = active ? withJob(steps, active) : steps;
  const followups = followupsOf(facts, items);
  return {
    explanation: plan.explanation,
    items,
    runtime: {
      active_tool: active?.tool ?? null,
      active_command: active?.command ?? null,
      active_status: active?.status ?? null,
      active_job_id: active?.job_id ?? null,
      jobs: jobs.slice(-MOST_JOBS),
      followup: live ? null : (followups.at(-1) ?? null),
      followup_history: (live ? followups : followups.slice(0, -1)).slice(-MOST_FOLLOWUPS),
      loop_stage: live ? liveStage(facts, active) : restStage(last, facts.queued),
      last_outcome: live ? liveOutcome(jobs) : restOutcome(facts),
      last_feedback: last.failure?.message ?? facts.lastError,
      authoring: facts.authoring,
    },
  };
}

function jobsOf({ doings, asked }: ThreadFacts, liveTurn: string | null): PlanJob[] {
  const done = doings.map((doing) => jobOf(doing, doing.turn_id === liveTurn));
  const open = asked.filter(({ status, turn_id }) => status !== "pending" || turn_id === liveTurn);
  const denied = open.filter(({ status }) => status !== "pending").map(askedJob);
  // What is asked for now is the newest.
  return [...denied, ...done, ...open.filter(({ status }) => status === "pending").map(askedJob)];
}

/** The step that goes on is what the active job is for. */
function withJob(items: PlanState["items"], { job_id }: PlanJob): PlanState["items"] {
  const at = items.findIndex(({ status }) => status === "in_progress");
  return items.map((item, index) => (index === at ? { ...item, job_id } : item));
}

type Runtime = PlanState["runtime"];

function liveStage({ newest }: ThreadFacts, active: PlanJob | undefined): Runtime["loop_stage"] {
  if (active) return active.status === "running" && inspects(active) ? "inspecting" : "executing";
  if (newest?.kind === "message" && newest.role !== "user") return "responding";
  if (newest?.kind === "command" || newest?.kind === "file_change" || newest?.kind === "tool_call")
    return "feedback";
  return "planning";
}

/** A thread that rests: what a person or its queue does next. */
function restStage(last: Turn, queued: string | null): Runtime["loop_stage"] {
  if (last.status === "completed") return "responding";
  return queued === null ? "replan_required" : "retry_pending";
}

function liveOutcome(jobs: readonly PlanJob[]): Runtime["last_outcome"] {
  const newest = jobs.findLast(({ status }) => status !== "running");
  if (newest === undefined) return null;
  if (newest.status === "waiting_approval") return "waiting_approval";
  return newest.status === "succeeded" ? "succeeded" : "failed";
}

function restOutcome({ turns, base, queued }: ThreadFacts): Runtime["last_outcome"] {
  const last = turns.at(-1);
  if (last?.status === "completed")
    return changed(turns, turns.length - 1, base) ? "checkpointed" : "responded";
  if (queued !== null) return "retry_pending";
  return last?.status === "failed" ? "failed" : "replan_required";
}

/** What followed each turn that ended: a checkpoint to go back to, or the need to try again. */
function followupsOf(facts: ThreadFacts, items: PlanState["items"]): PlanFollowup[] {
  const next_step = items.find(({ status }) => status !== "completed")?.step ?? facts.queued;
  let failures = 0;
  return facts.turns.flatMap((turn, at): PlanFollowup[] => {
    const step = firstLine(turn.input) ?? `turn ${turn.round}`;
    const isLast = at === facts.turns.length - 1;
    if (turn.status === "completed") {
      failures = 0;
      return changed(facts.turns, at, facts.base)
        ? [{ kind: "checkpoint", step, next_step: isLast ? next_step : null }]
        : [];
    }
    if (turn.status !== "failed" && turn.status !== "cancelled") return [];
    failures += 1;
    const job = facts.doings.findLast(({ turn_id }) => turn_id === turn.id);
    const command = job ? jobOf(job, false).command : null;
    return [{ kind: "retry_or_replan", step, command, retry_count: failures - 1 }];
  });
}

/** Whether a turn left another snapshot than the one before it. */
export function changed(turns: readonly Turn[], at: number, base: string | null): boolean {
  const commit = turns[at]?.commit ?? null;
  if (commit === null) return false;
  const before = turns.slice(0, at).findLast((turn) => turn.commit !== null)?.commit ?? base;
  return commit !== before;
}

function firstLine(text: string | null): string | undefined {
  const line = text?.trim().split("\n", 1)[0]?.trim();
  return line ? line.slice(0, 200) : undefined;
}
