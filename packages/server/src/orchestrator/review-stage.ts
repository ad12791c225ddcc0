import { Finding, type ReviewRound, Verdict } from "@harness/protocol";
import { z } from "zod";
import {
  parseAnswer,
  type ReviewerChoice,
  recordReview,
  reviewAnswerSchema,
  reviewPrompt,
} from "../review/index.ts";
import { interventionsOf, patchTask, writeAs } from "../tasks/index.ts";
import { type AccountWait, accountWait } from "./account-waits.ts";
import type { Bench } from "./attempt.ts";
import { firstOf } from "./first-time.ts";
import { pickReviewer } from "./pick-reviewer.ts";
import {
  type AttemptEnd,
  failWith,
  nonce,
  type Run,
  reviseCommand,
  type StageResult,
  stage,
  waitFor,
} from "./run.ts";
import { wordsOf } from "./task-words.ts";
import { runTurn, type TurnDone } from "./turn.ts";
import { evidenceFor } from "./validate-stage.ts";
import { repositoryTrouble } from "./workspace-stage.ts";

const ReviewResult = z.object({
  verdict: Verdict,
  commit: z.string(),
  agent: z.string(),
  summary: z.string(),
  findings: z.array(Finding),
});
export type ReviewResult = z.infer<typeof ReviewResult>;

interface Subject {
  readonly round: number;
  /** Which review round of the task this is. */
  readonly number: number;
  readonly commit: string;
  readonly earlier: ReviewResult | undefined;
}

const PATCH_CAP = 200_000;
/** An answer that cannot be read is asked for once more. */
const TRIES = 2;

/** One review round: another agent reads the diff and the evidence in a read-only checkout and gives a verdict. */
export async function reviewStage(
  run: Run,
  bench: Bench,
  subject: Subject,
): Promise<StageResult<ReviewResult>> {
  const result = await stage(
    run,
    "review",
    subject.round,
    () => review(run, bench, subject).catch((error: unknown) => repositoryTrouble(run, error)),
    ReviewResult,
  );
  if (!result.ok || result.value.verdict === "approved") return result;
  const limit =
    (run.task.limits.max_rounds ?? run.project.settings.review.max_rounds) + run.task.extra_rounds;
  // A round an earlier attempt ended with is behind us: whoever unblocked the task wants the next one.
  const behind = run.inherited.has(`review/${subject.round}`);
  const newest = behind && !run.inherited.has(`snapshot/${subject.round + 1}`);
  const answered = behind || subject.commit !== subject.earlier?.commit;
  if (run.task.accepted.includes("review_limit") && (newest || subject.number >= limit))
    return { ok: true, value: { ...result.value, verdict: "approved" } };
  if (subject.number < limit && answered) return result;
  const why = answered
    ? `The review asks for changes after ${subject.number} rounds`
    : "The implementer changed nothing in answer to the review";
  return askPerson(run, `${why}: ${result.value.summary}`);
}

function askPerson(run: Run, why: string): Extract<StageResult<never>, { ok: false }> {
  return waitFor("review_limit", why, [
    `harness task unblock ${run.task.id} --rounds 2`,
    reviseCommand(run.task.id),
    `harness task accept ${run.task.id}`,
    `harness task show ${run.task.id}`,
  ]);
}

/** The end of an attempt whose reviews ask for the same again and again: more rounds bring nothing. */
export function sameReview(run: Run, times: number, { summary }: ReviewResult): AttemptEnd {
  return askPerson(run, `The review asked for the same ${times} times in a row: ${summary}`).end;
}

async function review(run: Run, bench: Bench, subject: Subject): Promise<StageResult<ReviewResult>> {
  const { settings } = run.project;
  if (!settings.review.enabled) return waived(run, subject, "The project has reviews switched off.");
  if (run.task.accepted.includes("no_reviewer"))
    return waived(run, subject, "A person accepted the work without a review.");
  const author = { agent: bench.implementer.name, model: bench.model };
  const refused = new Map<string, AccountWait>();
  let desk: Desk | undefined;
  let unreadable = 0;
  for (;;) {
    const choice = await pickReviewer(run, author);
    if (choice.status === "parked") {
      const end = refused.get(choice.account.name) ?? accountWait(run.task.id, choice.account);
      return { ok: false, end };
    }
    if (choice.status === "none") {
      if (!run.deps.config.agents.review.require)
        return waived(run, subject, `${choice.why} The operator lets such work go on.`);
      return noReviewer(run, choice.why);
    }
    desk ??= await layOut(run, bench, subject);
    const turn = await ask(run, subject, choice, desk);
    if (!turn.ok) {
      // Its account was parked or stopped by this very turn: another reviewer may be free.
      const { end } = turn;
      if (end.type !== "waiting" || end.reason.account !== choice.agent || refused.has(choice.agent))
        return turn;
      refused.set(choice.agent, end);
      continue;
    }
    const parsed = parseAnswer(turn.value.final_text);
    if (parsed.ok) return record(run, subject, choice, parsed.answer);
    unreadable += 1;
    if (unreadable < TRIES) continue;
    await record(run, subject, choice, { verdict: "waiting", summary: parsed.why, findings: [] });
    return noReviewer(run, `The answer of ${choice.agent} could not be used. ${parsed.why}`);
  }
}

/** What a reviewer gets: the question, and a clean checkout of the commit. */
interface Desk {
  readonly prompt: string;
  readonly workspace: string;
}

async function layOut(run: Run, bench: Bench, subject: Subject): Promise<Desk> {
  const prompt = await brief(run, bench, subject);
  const tree = await run.deps.workspaces.checkout({
    projectId: run.project.id,
    attemptId: run.attempt.id,
    sha: subject.commit,
    purpose: "review",
  });
  return { prompt, workspace: tree.path };
}

async function ask(
  run: Run,
  subject: Subject,
  choice: Extract<ReviewerChoice, { status: "chosen" }>,
  desk: Desk,
): Promise<StageResult<TurnDone>> {
  const agent = run.deps.agents.get(choice.agent);
  if (!agent) return failWith("agent_not_found", `The reviewer ${choice.agent} is gone.`, true);
  return runTurn(run, {
    role: "reviewer",
    round: subject.round,
    phase: "review",
    agent,
    model: choice.model,
    ...desk,
    access: "read-only",
    resume: false,
    output_schema: reviewAnswerSchema,
  });
}

async function brief(run: Run, bench: Bench, subject: Subject): Promise<string> {
  const diff = await run.deps.workspaces.diff({
    projectId: run.project.id,
    from: bench.baseSha,
    to: subject.commit,
    capBytes: PATCH_CAP,
  });
  const said = await interventionsOf(run.deps.storage.reader, run.task.id);
  return reviewPrompt({
    title: run.task.title,
    prompt: wordsOf(run.task.request),
    revisions: [...bench.revisions, ...said.map(({ guidance }) => guidance)],
    round: subject.number,
    base_sha: bench.baseSha,
    commit: subject.commit,
    patch: diff.text,
    cut: diff.cut,
    evidence: await evidenceFor(run, subject.commit),
    earlier: subject.earlier?.findings ?? [],
    nonce: nonce(),
  });
}

async function record(
  run: Run,
  subject: Subject,
  choice: Extract<ReviewerChoice, { status: "chosen" }>,
  answer: Pick<ReviewRound, "verdict" | "summary" | "findings">,
): Promise<StageResult<ReviewResult>> {
  const { deps, attempt, project } = run;
  const { verdict, summary, findings } = answer;
  const round: ReviewRound = {
    id: deps.newId("review"),
    task_id: run.task.id,
    attempt_id: attempt.id,
    round: subject.number,
    commit: subject.commit,
    verdict,
    agent: choice.agent,
    model: choice.model,
    independent: choice.independent,
    summary,
    findings,
    created_at: new Date(deps.clock.now()).toISOString(),
  };
  await writeAs(deps.log, attempt, "review", async (tx, task) => {
    await recordReview(tx, round, project.id);
    await patchTask(tx, task.id, {
      review: JSON.stringify({
        verdict,
        rounds: subject.number,
        commit: subject.commit,
        agent: choice.agent,
        state: verdict,
      }),
      first_review: task.first_review ?? firstOf(verdict, "approved", "changes_requested"),
    });
  });
  return {
    ok: true,
    value: { verdict, commit: subject.commit, agent: choice.agent, summary, findings },
    detail: `${verdict} by ${choice.agent}, ${findings.length} findings`,
  };
}

async function waived(run: Run, subject: Subject, why: string): Promise<StageResult<ReviewResult>> {
  const summary = {
    verdict: null,
    rounds: subject.number - 1,
    commit: subject.commit,
    agent: null,
    state: "waived",
  };
  await writeAs(run.deps.log, run.attempt, "review", (tx, task) =>
    patchTask(tx, task.id, { review: JSON.stringify(summary) }),
  );
  return {
    ok: true,
    value: { verdict: "approved", commit: subject.commit, agent: "nobody", summary: why, findings: [] },
    detail: `not reviewed: ${why}`,
  };
}

function noReviewer(run: Run, why: string): StageResult<never> {
  return waitFor("no_reviewer", `${why} Install or log in a second agent, or accept the work unreviewed.`, [
    "harness doctor",
    `harness task unblock ${run.task.id}`,
    `harness task accept ${run.task.id}`,
    reviseCommand(run.task.id),
  ]);
}
