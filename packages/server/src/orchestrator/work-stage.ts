import type { Intervention } from "@harness/protocol";
import { z } from "zod";
import { interventionsOf, patchTask, scopeOf, writeAs } from "../tasks/index.ts";
import { nextInput, setTurnCommit, takeInput } from "../threads/index.ts";
import type { SnapshotOutcome } from "../workspaces/index.ts";
import type { TurnRequest } from "./asked-turn.ts";
import type { Bench } from "./attempt.ts";
import { markHeard } from "./guidance.ts";
import { tellIgnoredRules } from "./ignored-rules.ts";
import { type Feedback, implementPrompt } from "./prompts.ts";
import { failWith, nonce, type Run, type StageResult, stage } from "./run.ts";
import { answering } from "./strategy.ts";
import { wordsOf } from "./task-words.ts";
import { runTurn, type TurnDone } from "./turn.ts";
import { repositoryTrouble } from "./workspace-stage.ts";

const Work = z.object({ commit: z.string(), files: z.number().int() });
export type Work = z.infer<typeof Work>;

/** Files left out of a snapshot that its event names at most. */
const MOST_SKIPPED = 200;

/** One round of the implementer, ended by a snapshot that Harness takes itself, whether or not the agent committed. */
export async function implementStage(
  run: Run,
  bench: Bench,
  round: { round: number; feedback: Feedback; parent: string },
): Promise<StageResult<Work>> {
  if (Work.safeParse(run.inherited.get(`snapshot/${round.round}`)).success) {
    return stage(
      run,
      "snapshot",
      round.round,
      () => Promise.resolve(failWith("internal", "an inherited stage ran")),
      Work,
    );
  }
  const guidance = await interventionsOf(run.deps.storage.reader, run.task.id);
  const turn = await stage(run, "implement", round.round, () =>
    implement(run, bench, { ...round, guidance }),
  );
  const taken = await snapshot(run, bench, round, {
    ok: turn.ok,
    observed: turn.ok && turn.value.observed_activity,
    ...(turn.ok ? { id: turn.value.turn_id } : {}),
  });
  if (!turn.ok) return turn;
  // Only a round whose work is kept, or that left nothing to keep, has heard what was said.
  if (taken.ok || taken.end.type === "no_change") await markHeard(run, guidance);
  return taken;
}

async function implement(
  run: Run,
  bench: Bench,
  round: { round: number; feedback: Feedback; guidance: readonly Intervention[] },
) {
  const { task, project } = run;
  const { validation } = project.settings;
  const prompt = implementPrompt({
    title: task.title,
    prompt: wordsOf(task.request),
    round: round.round,
    plan: bench.plan?.text ?? null,
    revisions: bench.revisions,
    guidance: round.guidance,
    // The tools of a model endpoint read these files by themselves.
    instructions: ["api", "scripted"].includes(bench.implementer.kind) ? [] : bench.instructions,
    validation: validation === "none" ? [] : validation.map((command) => command.argv),
    feedback: round.feedback,
    protected: run.sandbox.driver === "none" ? [] : run.deps.config.sandbox.protected_paths,
    nonce: nonce(),
  });
  const agent = await answering(run, bench.implementer, { prompt });
  const turn = {
    role: "implementer" as const,
    round: round.round,
    agent,
    model: agent.kind === "deterministic" ? null : bench.model,
    workspace: bench.path,
    access: "workspace-write" as const,
  };
  const done = await runTurn(run, {
    ...turn,
    phase: "implement",
    resume: (round.round > 1 && round.feedback.type !== "handoff") || remembers(bench, round.feedback),
    prompt,
  });
  return done.ok ? followUps(run, turn, done) : done;
}

/**
 * What a person said while the implementer worked is its next turn, before the work is proven. It leaves the queue
 * when that turn is over: what a dead server was told is not lost.
 */
async function followUps(
  run: Run,
  turn: Pick<TurnRequest, "role" | "round" | "agent" | "model" | "workspace" | "access">,
  first: StageResult<TurnDone>,
): Promise<StageResult<TurnDone>> {
  const { deps, attempt, task } = run;
  let done = first;
  while (done.ok) {
    const said = await nextInput(deps.storage.reader, task.id);
    if (!said) return done;
    const { text, actor } = said;
    const next = await runTurn(run, {
      ...turn,
      phase: "follow_up",
      resume: true,
      prompt: text,
      said: { text, actor },
    });
    if (next.ok) await writeAs(deps.log, attempt, "input", (tx) => takeInput(tx, said.id, "started", actor));
    const observed_activity = done.value.observed_activity || (next.ok && next.value.observed_activity);
    done = next.ok ? { ok: true, value: { ...next.value, observed_activity } } : next;
  }
  return done;
}

/**
 * Whether the conversation that made the work goes on with its revision. Command-line agents keep conversations by
 * working directory, and this attempt has another one; the prompt stands on its own either way.
 */
function remembers(bench: Bench, feedback: Feedback): boolean {
  return feedback.type === "revision" && !feedback.interrupted && bench.implementer.kind === "api";
}

type Taken = Extract<SnapshotOutcome, { readonly status: "ok" }>;

/** How the turn before a snapshot went. */
interface TurnBefore {
  readonly ok: boolean;
  readonly observed: boolean;
  /** Absent when it did not end well. */
  readonly id?: string;
}

/**
 * Takes the snapshot also after a turn that failed or was stopped: work an agent did is on a ref, whatever happened.
 * Only a turn that ended well leaves a result to inherit: half a turn is not done, the next attempt goes on with it.
 */
async function snapshot(
  run: Run,
  bench: Bench,
  round: { round: number; feedback: Feedback; parent: string },
  turn: TurnBefore,
): Promise<StageResult<Work>> {
  const { deps, attempt, task, project } = run;
  const take = async (): Promise<StageResult<Work>> => {
    const taken = await deps.workspaces
      .snapshot({
        projectId: project.id,
        taskId: task.id,
        attemptId: attempt.id,
        path: bench.path,
        parentSha: round.parent,
        baseSha: bench.baseSha,
        message: `${task.title}\n\nTask: ${task.id}\nRound: ${round.round}`,
      })
      .catch((error: unknown) => repositoryTrouble(run, error));
    if ("ok" in taken) return taken;
    if (taken.status === "workspace_gone") {
      const why = "The agent removed its own workspace; nothing of this round could be kept.";
      return failWith("workspace_gone", why, true);
    }
    await keep(run, taken, turn);
    if (!taken.empty) await tellIgnoredRules(run, round.parent, taken.sha);
    const idle = taken.stat.files === 0 || (round.feedback.type === "revision" && taken.empty);
    const end = idle && turn.ok ? endOfIdle(taken, turn) : undefined;
    if (end) return end;
    const { files } = taken.stat;
    const detail = `${taken.sha.slice(0, 12)}, ${files} files`;
    return { ok: true, value: { commit: taken.sha, files }, detail };
  };
  return stage(run, "snapshot", round.round, take, turn.ok ? Work : undefined);
}

/** Writes down a snapshot: the task stands there now, and so does the turn that led to it. */
async function keep({ deps, attempt, task }: Run, taken: Taken, turn: TurnBefore): Promise<void> {
  const skipped = taken.skipped.map(({ path, reason }) => ({ path, reason })).slice(0, MOST_SKIPPED);
  await writeAs(deps.log, attempt, "snapshot", async (tx, current) => {
    const changes = JSON.stringify(taken.stat);
    await patchTask(tx, task.id, { head_sha: taken.sha, changes, progress_at: tx.now });
    const of = turn.id === undefined ? {} : await setTurnCommit(tx, turn.id, taken.sha);
    await tx.append({
      ...scopeOf(current, attempt.id),
      ...of,
      type: "snapshot.taken",
      data: { attempt_id: attempt.id, commit: taken.sha, ...taken.stat, skipped },
    });
  });
}

/** What it means that a turn that ended well changed nothing; undefined where earlier rounds left work. */
function endOfIdle({ stat }: Taken, { observed }: TurnBefore): StageResult<Work> | undefined {
  if (!observed)
    return failWith("zero_output", "The agent ended without doing anything that could be observed.", true);
  return stat.files === 0
    ? { ok: false, end: { type: "no_change", why: "The agent changed nothing." } }
    : undefined;
}
