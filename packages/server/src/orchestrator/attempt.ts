import type { TaskPlan } from "@harness/protocol";
import type { Agent } from "../agents/index.ts";
import { revisionsOf } from "../tasks/index.ts";
import type { Instruction } from "../turns/index.ts";
import { alike } from "./alike.ts";
import { chooseImplementer } from "./choose-implementer.ts";
import { mayPublish, unheard } from "./guidance.ts";
import { type Handoff, writeHandoff } from "./handoff.ts";
import { judgeRound, noteWork } from "./modules.ts";
import { prepareStages } from "./prepare-stages.ts";
import { noteRound } from "./progress.ts";
import { type Feedback, firstFeedback } from "./prompts.ts";
import { protectedGate } from "./protected-gate.ts";
import { publishStage } from "./publish-stage.ts";
import { type ReviewResult, reviewStage, sameReview } from "./review-stage.ts";
import { type AttemptEnd, failWith, type Run, stopReason } from "./run.ts";
import { validateStage } from "./validate-stage.ts";
import { implementStage } from "./work-stage.ts";
import { openWorkspace } from "./workspace-stage.ts";

/** The agents and the place of one attempt, once it is set up. */
export interface Bench {
  readonly implementer: Agent;
  readonly model: string | null;
  /** The agent's working tree. */
  readonly path: string;
  /** What the change is measured against. */
  readonly baseSha: string;
  /** Where this attempt started: the base, a dependency's result or an earlier attempt's work. */
  readonly startSha: string;
  readonly plan: TaskPlan | null;
  /** The changes a person asked for since the task was submitted, oldest first. */
  readonly revisions: readonly string[];
  readonly instructions: readonly Instruction[];
  /** Files a revision finds with marks of conflicts. */
  readonly conflicts: readonly string[];
}

/**
 * One attempt, from an empty directory to a published branch: open the workspace, let the agent work, prove it, have
 * it reviewed, publish. A red check or a finding goes back to the agent as the next round. Every round's stages are
 * recorded; what an earlier attempt finished is not done again.
 */
export async function runAttempt(run: Run): Promise<AttemptEnd> {
  const implementer = await chooseImplementer(run);
  if (!implementer.ok) return implementer.end;
  const opened = await openWorkspace(run);
  if (!opened.ok) return opened.end;
  const prepared = await prepareStages(run, { ...implementer.value, path: opened.value.path });
  if (!prepared.ok) return prepared.end;
  const revisions = await revisionsOf(run.deps.storage.reader, run.task.id);
  const bench: Bench = { ...implementer.value, ...opened.value, plan: prepared.value.plan, revisions };
  return converge(run, bench, await writeHandoff(run, implementer.value.takes_over_from, bench.baseSha));
}

/** Rounds of work, proof and review, until the work is approved or a limit is reached. */
async function converge(run: Run, bench: Bench, handoff: Handoff | undefined): Promise<AttemptEnd> {
  const { validation_retries } = run.deps.config.limits;
  let feedback: Feedback = firstFeedback(run, bench);
  let parent = bench.startSha;
  let failures = 0;
  let forbidden = 0;
  let reviews = 0;
  let last: ReviewResult | undefined;
  let repeats = 0;
  let owed = handoff;
  for (let round = 1; ; round += 1) {
    if (run.signal.aborted) return stopReason(run.signal);
    // The summary belongs in the first prompt that is really given: rounds that are inherited have none.
    if (owed && !run.inherited.has(`snapshot/${round}`)) {
      feedback = { type: "handoff", handoff: owed, besides: feedback };
      owed = undefined;
    }
    const work = await implementStage(run, bench, { round, feedback, parent });
    if (!work.ok) {
      if (work.end.type !== "no_change" || !(await unheard(run))) return work.end;
      feedback = { type: "guidance" };
      continue;
    }
    const before = parent;
    parent = work.value.commit;
    await noteWork(run, bench, { round, parent: before, commit: parent });
    const proof = await validateStage(run, { round, commit: parent, baseSha: bench.baseSha });
    if (!proof.ok) return proof.end;
    const stuck = await noteRound(run, round, proof.value);
    if (!proof.value.passed) {
      await judgeRound(run, bench, { commit: parent, passed: false, approved: false });
      failures += 1;
      if (failures > validation_retries + run.task.extra_rounds) {
        return failWith(
          "validation_failed",
          `Validation still fails after ${failures} tries: ${proof.value.failed.map((item) => item.name).join(", ")}.`,
        ).end;
      }
      if (stuck) return stuck;
      feedback = { type: "validation", failed: proof.value.failed };
      continue;
    }
    if (stuck) return stuck;
    reviews += 1;
    const review = await reviewStage(run, bench, { round, number: reviews, commit: parent, earlier: last });
    const approved = review.ok && review.value.verdict === "approved";
    await judgeRound(run, bench, { commit: parent, passed: true, approved });
    if (!review.ok) return review.end;
    if (approved) {
      const gate = await protectedGate(run, { baseSha: bench.baseSha, commit: parent });
      if (gate.type === "ended") return gate.end;
      if (gate.type === "forbidden") {
        forbidden += 1;
        if (forbidden > validation_retries + run.task.extra_rounds)
          return failWith("change_forbidden", `The work changes what no person can allow: ${gate.why}`).end;
      }
      if (gate.type !== "open") {
        feedback = gate.feedback;
        continue;
      }
      if (await mayPublish(run)) break;
      feedback = { type: "guidance" };
      continue;
    }
    const { loop_jaccard_threshold } = run.deps.config.concurrency;
    const again = last !== undefined && alike(last.findings, review.value.findings) >= loop_jaccard_threshold;
    repeats = again ? repeats + 1 : 1;
    if (repeats >= Math.max(2, run.task.limits.same_failure_times))
      return sameReview(run, repeats, review.value);
    last = review.value;
    feedback = { type: "review", reviewer: last.agent, findings: last.findings, summary: last.summary };
  }
  return publishStage(run, { commit: parent, baseSha: bench.baseSha });
}
