import type { TestCounts } from "@harness/protocol";
import { z } from "zod";
import type { WriteTx } from "../events/index.ts";
import { patchTask, type TaskRecord, writeAs } from "../tasks/index.ts";
import { fingerprint } from "./fingerprint.ts";
import { type AttemptEnd, failWith, type Run } from "./run.ts";
import type { Proof } from "./validate-stage.ts";

/** What the last turns of a task brought, over attempts and restarts. A person's retry or unblock forgets it. */
const Progress = z.object({
  /** Commit of the last turn; a turn without a new diff has the commit of the one before. */
  tree: z.string().nullable(),
  /** Fingerprint of the last test result. */
  tests: z.string().nullable(),
  /** Turns in a row that changed neither. */
  idle_turns: z.number().int(),
  /** Stage, code and fingerprint of the last failure. */
  failure: z.string().nullable(),
  /** Times in a row it happened. */
  failures: z.number().int(),
  /** What the task was after its last attempt that failed: its work, its proof and its review. */
  state: z.string().nullable().default(null),
  /** Attempts in a row that failed and left it so. */
  idle_attempts: z.number().int().default(0),
});
export type Progress = z.infer<typeof Progress>;

const NONE: Progress = {
  tree: null,
  tests: null,
  idle_turns: 0,
  failure: null,
  failures: 0,
  state: null,
  idle_attempts: 0,
};
/** Ends that sum up failures counted one by one before. */
const SUMS = ["validation_failed", "no_progress", "same_failure"];
/** The provider's failures: its account rests when there are many, and the task is not to blame. */
const NOT_THE_TASKS = ["agent_transient"];

/** The progress after a turn whose work was validated. */
export function afterTurn(before: Progress, turn: { tree: string; tests: string }): Progress {
  const idle = before.tree === turn.tree && before.tests === turn.tests;
  return { ...before, ...turn, idle_turns: idle ? before.idle_turns + 1 : 0 };
}

/** The progress after a failure; null is a success, which ends the row. */
export function afterFailure(before: Progress, failure: string | null): Progress {
  const failures = failure === null ? 0 : before.failure === failure ? before.failures + 1 : 1;
  return { ...before, failure, failures };
}

/**
 * Notes what a round of the implementer brought and answers how the attempt ends when it goes in circles: nothing
 * new for so many turns, or the same red result so many times in a row. What an earlier attempt had noted already
 * is not counted again.
 */
export async function noteRound(
  run: Run,
  round: number,
  proof: Proof,
): Promise<Extract<AttemptEnd, { type: "failed" }> | undefined> {
  if (run.inherited.has(`validate/${round}`)) return undefined;
  const { no_progress_turns, same_failure_times } = run.task.limits;
  const red = proof.failed.map(({ name, exit_code, output }) => [name, exit_code, fingerprint(output)]);
  const progress = await writeAs(run.deps.log, run.attempt, "progress", async (tx, task) => {
    const tests = testsOf(proof.passed, task.evidence.counts, red);
    const turn = afterTurn(progressOf(task), { tree: proof.commit, tests });
    const failure = proof.passed ? null : `validate/red:${fingerprint(JSON.stringify(red))}`;
    return store(tx, task, afterFailure(turn, failure));
  });
  if (progress.idle_turns >= no_progress_turns)
    return failed(
      "no_progress",
      `${progress.idle_turns} turns in a row brought neither a new diff nor a new test result.`,
    );
  if (progress.failures >= same_failure_times)
    return failed(
      "same_failure",
      `Validation failed in the same way ${progress.failures} times in a row: ${proof.failed.map(({ name }) => name).join(", ")}.`,
    );
  return undefined;
}

/** The progress after an attempt that failed: whether it left the task as it was. */
export function afterAttempt(before: Progress, state: string): Progress {
  return { ...before, state, idle_attempts: before.state === state ? before.idle_attempts + 1 : 1 };
}

/**
 * Notes how an attempt failed. Answers why another would bring nothing: it failed in the same way too often in a row,
 * or so many attempts left the task as it was, however they failed.
 */
export async function noteFailure(
  tx: WriteTx,
  task: TaskRecord,
  failure: { readonly code: string; readonly message: string },
  dead_letter_attempts: number,
): Promise<string | undefined> {
  const { head_sha, evidence, review, stage } = task;
  const state = fingerprint(JSON.stringify([stage, evidence.state, review.state]));
  const before = progressOf(task);
  const attempt = NOT_THE_TASKS.includes(failure.code)
    ? before
    : afterAttempt(before, `${head_sha} ${state}`);
  const key = `${task.stage ?? "start"}/${failure.code}:${fingerprint(failure.message)}`;
  const counted = SUMS.includes(failure.code) ? attempt : afterFailure(attempt, key);
  const { failures, idle_attempts } = await store(tx, task, counted);
  if (!SUMS.includes(failure.code) && failures >= task.limits.same_failure_times)
    return `It failed in the same way ${failures} times in a row.`;
  return idle_attempts >= dead_letter_attempts
    ? `${idle_attempts} attempts in a row failed and left it as it was.`
    : undefined;
}

function progressOf(task: TaskRecord): Progress {
  return task.progress === null ? NONE : Progress.parse(JSON.parse(task.progress));
}

async function store(tx: WriteTx, task: TaskRecord, progress: Progress): Promise<Progress> {
  await patchTask(tx, task.id, { progress: JSON.stringify(progress) });
  return progress;
}

/** Numbers of a text are chance; those a test runner counted are its result. */
function testsOf(passed: boolean, counts: TestCounts | null, red: unknown): string {
  const numbers = counts && [counts.passed, counts.failed, counts.skipped].map((n) => `n${n}`).join(" ");
  return `${passed ? "green" : "red"} ${numbers ?? "uncounted"} ${fingerprint(JSON.stringify(red))}`;
}

function failed(code: string, message: string) {
  return failWith(code, message).end as Extract<AttemptEnd, { type: "failed" }>;
}
