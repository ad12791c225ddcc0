import type { Evidence, Finding, PlanModule, ReviewRound } from "@harness/protocol";
import { reviewsOf } from "../review/index.ts";
import { type Figures, judgeModules, modulesOf, noteModules, writeAs } from "../tasks/index.ts";
import type { Bench } from "./attempt.ts";
import type { Run } from "./run.ts";
import { evidenceFor } from "./validate-stage.ts";

const WEIGHT: Readonly<Record<Finding["severity"], number>> = {
  critical: 1,
  high: 0.6,
  medium: 0.3,
  low: 0.1,
};

/** Notes which modules of the plan a round worked on, told by the files it changed. Without a plan of modules: nothing. */
export async function noteWork(
  run: Run,
  bench: Pick<Bench, "plan">,
  work: { readonly round: number; readonly parent: string; readonly commit: string },
): Promise<void> {
  const planned = bench.plan?.modules ?? [];
  if (planned.length === 0 || work.commit === work.parent) return;
  const { files } = await run.deps.workspaces.diff({
    projectId: run.project.id,
    from: work.parent,
    to: work.commit,
    capBytes: 0,
  });
  const modules = touched(
    planned,
    files.map((file) => file.path),
  );
  await writeAs(run.deps.log, run.attempt, "modules", (tx, task) =>
    noteModules(tx, task, run.attempt, { round: work.round, commit: work.commit, modules }),
  );
}

/** Ends a round for the plan: what its modules are worth now, from the evidence and the review of its commit. */
export async function judgeRound(
  run: Run,
  bench: Pick<Bench, "plan">,
  round: {
    readonly commit: string;
    readonly passed: boolean;
    /** The review let it through: an approval, or nobody had to look. */
    readonly approved: boolean;
  },
): Promise<void> {
  const planned = bench.plan?.modules ?? [];
  if (planned.length === 0) return;
  const { commit, passed, approved } = round;
  const [evidence, reviews] = await Promise.all([
    evidenceFor(run, commit),
    reviewsOf(run.deps.storage.reader, run.task.id),
  ]);
  const review = reviews.findLast((one) => one.commit === commit && one.verdict !== "waiting");
  // Without a verdict nothing is over: the round is judged when somebody has looked.
  if (passed && !approved && !review) return;
  await writeAs(run.deps.log, run.attempt, "modules", (tx, task) =>
    judgeModules(tx, task, run.attempt, commit, (module) => {
      const findings = review ? findingsIn(planned, module, review) : [];
      const complete = passed && (approved || findings.length === 0);
      return { ...figuresOf(evidence, review && findings), complete };
    }),
  );
}

/** The modules files belong to, in the order of the plan; null at the end stands for files of none. */
export function touched(planned: readonly PlanModule[], files: readonly string[]): (string | null)[] {
  const owners = files.map((file) => modulesOf(planned, file));
  const names = new Set(owners.flat());
  const known: (string | null)[] = planned.map(({ name }) => name).filter((name) => names.has(name));
  return owners.some((own) => own.length === 0) ? [...known, null] : known;
}

/**
 * The pass rate of the tests that were counted on a commit, and the quality score: 0.7 of the pass rate and 0.3 of a
 * review without findings. What was not measured is null: neither figure is ever made up.
 */
export function figuresOf(
  evidence: readonly Pick<Evidence, "counts">[],
  findings: readonly Pick<Finding, "severity">[] | undefined,
): Figures {
  const counts = evidence.flatMap((item) => item.counts ?? []);
  const passed = counts.reduce((sum, item) => sum + item.passed, 0);
  const all = passed + counts.reduce((sum, item) => sum + item.failed, 0);
  const test_pass_rate = all === 0 ? null : rounded(passed / all);
  if (test_pass_rate === null || findings === undefined) return { test_pass_rate, quality_score: null };
  const burden = findings.reduce((sum, { severity }) => sum + WEIGHT[severity], 0);
  return { test_pass_rate, quality_score: rounded(0.7 * (passed / all) + 0.3 * (1 - Math.min(1, burden))) };
}

function findingsIn(planned: readonly PlanModule[], module: string | null, review: ReviewRound): Finding[] {
  return review.findings.filter(({ file }) => {
    const owners = modulesOf(planned, file);
    return module === null ? owners.length === 0 : owners.includes(module);
  });
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
