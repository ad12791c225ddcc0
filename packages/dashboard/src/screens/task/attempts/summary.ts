import type { Attempt, Stage, TaskDetail } from "@harness/protocol";
import { count, duration, money } from "../../../ui/index.ts";

/** What can be said of one attempt, for people who compare it with another. */
export interface AttemptSummary {
  readonly attempt: Attempt;
  readonly stages: readonly Stage[];
  /** The newest snapshot of it. */
  readonly commit: string | null;
  readonly lines: readonly (readonly [name: string, value: string])[];
}

/** The attempts of a task with what each brought, the newest first. */
export function summaries(task: TaskDetail): AttemptSummary[] {
  return task.attempt_history.map((attempt) => summaryOf(task, attempt)).toReversed();
}

function summaryOf(task: TaskDetail, attempt: Attempt): AttemptSummary {
  const own = <T extends { readonly attempt_id: string | null }>(all: readonly T[]) =>
    all.filter(({ attempt_id }) => attempt_id === attempt.id);
  const stages = own(task.stages);
  const turns = own(task.turns);
  const runs = own(task.evidence_history);
  const review = own(task.review_history).at(-1);
  const commit = turns.findLast((turn) => turn.commit !== null)?.commit ?? null;
  const round = Math.max(0, ...runs.map((run) => run.round));
  const last = runs.filter((run) => run.round === round);
  const costs = turns.map(({ usage }) => usage?.cost_usd ?? null);
  const cost = costs.some((one) => one === null)
    ? null
    : costs.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  return {
    attempt,
    stages,
    commit,
    lines: [
      ["Outcome", attempt.status],
      [
        "Took",
        attempt.ended_at === null
          ? "runs"
          : duration(Date.parse(attempt.ended_at) - Date.parse(attempt.started_at)),
      ],
      ["Last stage", stages.at(-1)?.stage ?? "none"],
      ["Turns", String(turns.length)],
      ["Tokens", count(turns.reduce((sum, { usage }) => sum + (usage?.total_tokens ?? 0), 0))],
      ["Cost", turns.length === 0 ? "nothing ran" : money(cost)],
      [
        "Checks",
        last.length === 0
          ? "none ran"
          : `${last.filter(({ passed }) => passed).length} of ${last.length} passed`,
      ],
      [
        "Review",
        review === undefined ? "none" : `${review.verdict.replaceAll("_", " ")} (round ${review.round})`,
      ],
      ["Findings", review === undefined ? "none" : String(review.findings.length)],
      ["Commit", commit === null ? "none" : commit.slice(0, 8)],
    ],
  };
}
