import { alike } from "./alike.ts";
import type { Bench } from "./attempt.ts";
import { mayPublish, unheard } from "./guidance.ts";
import type { Handoff } from "./handoff.ts";
import { judgeRound, noteWork } from "./modules.ts";
import { noteRound } from "./progress.ts";
import { type Feedback, firstFeedback } from "./prompts.ts";
import { protectedGate } from "./protected-gate.ts";
import { publishStage } from "./publish-stage.ts";
import { type ReviewResult, reviewStage, sameReview } from "./review-stage.ts";
import { type AttemptEnd, failWith, type Run, stopReason } from "./run.ts";
import { type Proof, validateStage } from "./validate-stage.ts";
import { implementStage } from "./work-stage.ts";

/** What the rounds of one attempt have come to so far. */
interface Tally {
  /** Rounds whose validation was red. */
  failures: number;
  /** Rounds whose work no person can allow. */
  forbidden: number;
  reviews: number;
  /** The newest review that asked for changes, and how often in a row it asked for the same. */
  last: ReviewResult | undefined;
  repeats: number;
}

/** What is to be done with the work of a round. */
type Judgement =
  | { readonly type: "publish" }
  | { readonly type: "again"; readonly feedback: Feedback }
  | { readonly type: "ended"; readonly end: AttemptEnd };

/** Rounds of work, proof and review, until the work is approved and published, or a limit is reached. */
export async function converge(run: Run, bench: Bench, handoff: Handoff | undefined): Promise<AttemptEnd> {
  const tally: Tally = { failures: 0, forbidden: 0, reviews: 0, last: undefined, repeats: 0 };
  let feedback: Feedback = firstFeedback(run, bench);
  let parent = bench.startSha;
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
    const { commit } = work.value;
    await noteWork(run, bench, { round, parent, commit });
    parent = commit;
    const judged = await judge(run, bench, tally, { round, commit });
    if (judged.type === "ended") return judged.end;
    if (judged.type === "publish") return publishStage(run, { commit, baseSha: bench.baseSha });
    feedback = judged.feedback;
  }
}

/** Proves the work of one round and has it reviewed. */
async function judge(
  run: Run,
  bench: Bench,
  tally: Tally,
  { round, commit }: { readonly round: number; readonly commit: string },
): Promise<Judgement> {
  const proof = await validateStage(run, { round, commit, baseSha: bench.baseSha });
  if (!proof.ok) return { type: "ended", end: proof.end };
  const stuck = await noteRound(run, round, proof.value);
  if (!proof.value.passed) {
    await judgeRound(run, bench, { commit, passed: false, approved: false });
    tally.failures += 1;
    const end = unproven(run, tally, proof.value) ?? stuck;
    if (end) return { type: "ended", end };
    return { type: "again", feedback: { type: "validation", failed: proof.value.failed } };
  }
  if (stuck) return { type: "ended", end: stuck };
  tally.reviews += 1;
  const review = await reviewStage(run, bench, { round, number: tally.reviews, commit, earlier: tally.last });
  const approved = review.ok && review.value.verdict === "approved";
  await judgeRound(run, bench, { commit, passed: true, approved });
  if (!review.ok) return { type: "ended", end: review.end };
  return approved ? letThrough(run, bench, tally, commit) : objected(run, tally, review.value);
}

/** The end of work whose validation stayed red for as many rounds as the limits allow. */
function unproven(run: Run, { failures }: Tally, { failed }: Proof): AttemptEnd | undefined {
  if (failures <= roundsAllowed(run)) return undefined;
  const names = failed.map(({ name }) => name).join(", ");
  return failWith("validation_failed", `Validation still fails after ${failures} tries: ${names}.`).end;
}

/** Approved work is published, unless a person or a rule holds it back or a person said something meanwhile. */
async function letThrough(run: Run, bench: Bench, tally: Tally, commit: string): Promise<Judgement> {
  const gate = await protectedGate(run, { baseSha: bench.baseSha, commit });
  if (gate.type === "ended") return gate;
  if (gate.type === "forbidden") {
    tally.forbidden += 1;
    if (tally.forbidden > roundsAllowed(run)) {
      const why = `The work changes what no person can allow: ${gate.why}`;
      return { type: "ended", end: failWith("change_forbidden", why).end };
    }
  }
  if (gate.type !== "open") return { type: "again", feedback: gate.feedback };
  return (await mayPublish(run)) ? { type: "publish" } : { type: "again", feedback: { type: "guidance" } };
}

/** Findings go back to the implementer, unless the review has asked for the same often enough for a person to look. */
function objected(run: Run, tally: Tally, review: ReviewResult): Judgement {
  const { loop_jaccard_threshold } = run.deps.config.concurrency;
  const again =
    tally.last !== undefined && alike(tally.last.findings, review.findings) >= loop_jaccard_threshold;
  tally.repeats = again ? tally.repeats + 1 : 1;
  tally.last = review;
  if (tally.repeats >= Math.max(2, run.task.limits.same_failure_times))
    return { type: "ended", end: sameReview(run, tally.repeats, review) };
  const { agent: reviewer, findings, summary } = review;
  return { type: "again", feedback: { type: "review", reviewer, findings, summary } };
}

/** How many rounds may fail before the attempt does: the operator's limit and what a person granted. */
function roundsAllowed(run: Run): number {
  return run.deps.config.limits.validation_retries + run.task.extra_rounds;
}
