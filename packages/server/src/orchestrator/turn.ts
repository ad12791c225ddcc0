import { noCaps } from "@harness/protocol";
import { admitTurn, type BlockedAccount, type TurnOutcome } from "../agents/index.ts";
import { withdrawOfTurn } from "../approvals/index.ts";
import type { LedgerTurn } from "../budgets/index.ts";
import type { WriteTx } from "../events/index.ts";
import { patchTask, scopeOf, type TaskRecord, writeAs } from "../tasks/index.ts";
import {
  addArtifact,
  addPrompt,
  addWords,
  endTurn,
  openThread,
  setSession,
  startTurn,
  type ThreadRecord,
} from "../threads/index.ts";
import {
  costOf,
  driveTurn,
  noteAccount,
  type TurnPlace,
  type UsageMeter,
  whileConfined,
} from "../turns/index.ts";
import { accountWait } from "./account-waits.ts";
import { askedTurn, type Opened, placeOf, type TurnRequest } from "./asked-turn.ts";
import { goesOnLater } from "./person-waits.ts";
import { type AttemptEnd, type Run, type StageResult, stopReason } from "./run.ts";
import { settleTurn } from "./settle-turn.ts";
import { ownStrategy } from "./strategy.ts";
import { mayNotBegin, taskMeter, turnBudgetUsd } from "./turn-meter.ts";

/** How a turn that ended well ended. */
export interface TurnDone {
  readonly turn_id: string;
  readonly final_text: string;
  readonly observed_activity: boolean;
}

/**
 * Runs one turn of an agent: under the sandbox, its questions answered by policy or a person, its output batched into
 * the log, its usage added to the task as it is reported, stopped the moment a limit is reached.
 */
export async function runTurn(run: Run, request: TurnRequest): Promise<StageResult<TurnDone>> {
  const { deps, task } = run;
  const turnId = deps.newId("turn");
  const opened = await openTurn(run, request, turnId).catch((error: unknown) => {
    deps.limits.turns.forget(turnId);
    throw error;
  });
  if ("over" in opened) return { ok: false, end: opened.over };
  if ("account" in opened) return { ok: false, end: accountWait(task.id, opened.account) };
  const place = placeOf(run, request, opened, turnId);
  const meter = taskMeter(run, turnId, opened.task);
  deps.limits.turns.watch(turnId, { task_id: task.id, limits: noCaps, stop: run.stop });
  const outcome = await whileConfined(deps.sandbox, request.workspace, () =>
    driveTurn(deps.turns, place, request.agent, askedTurn(run, request, opened), {
      usage: (usage) => meter.report(usage),
      model: (name) => {
        deps.limits.turns.named(turnId, name);
        meter.again();
      },
      session: (id) => rememberSession(run, opened.thread.id, id),
      check: () => meter.check(),
    }),
  );
  const ended: TurnOutcome = outcome ?? {
    status: "failed",
    kind: "protocol",
    message: "The agent adapter ended without saying how.",
    retry: false,
    session_id: null,
    usage: meter.usage,
  };
  await closeTurn(run, turnId, request, ended, meter, place.scope);
  return settleTurn(
    run,
    request,
    opened.line,
    ended,
    run.signal.aborted ? stopReason(run.signal) : undefined,
  );
}

/**
 * Begins a turn, unless the agent's account may not be used or a cap forbids it: asked and counted where the turn is
 * written down, so that no two turns share the last place.
 */
async function openTurn(
  run: Run,
  request: TurnRequest,
  turnId: string,
): Promise<Opened | { readonly over: AttemptEnd } | { readonly account: BlockedAccount }> {
  const { deps, attempt } = run;
  return writeAs(deps.log, attempt, "turn", async (tx, task) => {
    const line = lineOf(run, request, { turnId, thread_id: "", task });
    const over = mayNotBegin(run, task, line);
    if (over) return { over };
    const account = await admitTurn(tx, deps.agents.accountOf(request.agent.name), turnId);
    if (account) return { account };
    const thread = await threadFor(run, request, tx, task);
    const budgetUsd = turnBudgetUsd(run, task, line);
    await patchTask(tx, task.id, { turns: task.turns + 1 });
    await deps.limits.turns.begin(tx, { ...line, thread_id: thread.id });
    await writeBeginning(run, request, tx, { turnId, thread, task });
    if (request.said) await addWords(tx, { thread, turn_id: turnId, ...request.said });
    return { thread, task, budgetUsd, line };
  });
}

/** The conversation the turn belongs to: the role's own, or a new one. */
function threadFor(
  { deps }: Run,
  request: TurnRequest,
  tx: WriteTx,
  task: TaskRecord,
): Promise<ThreadRecord> {
  const { role, agent, model, resume } = request;
  const about = { task_id: task.id, project_id: task.project_id, title: task.title };
  const execution_strategy = role === "implementer" ? ownStrategy(task) : null;
  const thread = { ...about, role, agent: agent.name, model, execution_strategy, fresh: !resume };
  return openThread(tx, thread, deps.newId);
}

/** Writes down that the turn begins, and with which prompt. */
async function writeBeginning(
  { deps, attempt }: Run,
  request: TurnRequest,
  tx: WriteTx,
  { turnId, thread, task }: { turnId: string; thread: ThreadRecord; task: TaskRecord },
): Promise<void> {
  const { role, round, model } = request;
  const begun = { role, round, agent: request.agent.name, model, attempt_id: attempt.id };
  const turn = { ...begun, id: turnId, thread_id: thread.id, task_id: task.id };
  await startTurn(tx, turn);
  const text = deps.redact(request.prompt);
  await addPrompt(tx, turn, { id: deps.newId("prompt"), phase: request.phase, text });
  await tx.append({
    ...scopeOf(task, request.agent.name),
    thread_id: thread.id,
    turn_id: turnId,
    type: "turn.started",
    data: begun,
  });
}

function lineOf(
  run: Run,
  { agent, model, role }: TurnRequest,
  { turnId, thread_id, task }: { turnId: string; thread_id: string; task: TaskRecord },
): LedgerTurn {
  return {
    turn_id: turnId,
    thread_id,
    project_id: run.project.id,
    task_id: task.id,
    agent: agent.name,
    account: run.deps.agents.accountOf(agent.name),
    model,
    asked_model: model,
    stage: task.stage,
    role,
  };
}

async function closeTurn(
  run: Run,
  turnId: string,
  request: TurnRequest,
  ended: TurnOutcome,
  meter: UsageMeter,
  scope: TurnPlace["scope"],
): Promise<void> {
  const { deps, attempt } = run;
  if (ended.usage) meter.report(ended.usage);
  await meter.close();
  const final = meter.usage;
  const cost = costOf(ended, final);
  const failure =
    ended.status === "failed" ? { code: ended.kind, message: deps.redact(ended.message) } : null;
  await writeAs(deps.log, attempt, "turn", async (tx, task) => {
    await endTurn(tx, turnId, { status: ended.status, failure, usage: final });
    if (!goesOnLater(run)) await withdrawOfTurn(tx, turnId, "the turn is over");
    if (cost.unknown) await patchTask(tx, task.id, { cost_unknown: 1 });
    await deps.limits.turns.end(tx, turnId, cost);
    if (ended.session_id) await setSession(tx, scope.thread_id, ended.session_id);
    if (ended.status === "completed") {
      await addArtifact(tx, {
        id: deps.newId("artifact"),
        task_id: task.id,
        turn: task.turns,
        artifact_type: `${request.role}_message`,
        content: deps.redact(ended.final_text),
      });
    }
    await tx.append({ ...scope, type: "turn.ended", data: { status: ended.status, failure, usage: final } });
    await noteAccount(tx, deps, request.agent, { turn_id: turnId, ended });
  });
}

async function rememberSession(run: Run, threadId: string, sessionId: string): Promise<void> {
  await writeAs(run.deps.log, run.attempt, "session", (tx) => setSession(tx, threadId, sessionId));
}
