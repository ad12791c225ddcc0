import type { Role, Usage } from "@harness/protocol";
import {
  type Agent,
  type AgentAction,
  type AgentTurn,
  type BlockedAccount,
  blockedAccount,
  type TurnOutcome,
} from "../agents/index.ts";
import { decideAction } from "../policy/index.ts";
import { patchTask, scopeOf, type TaskRecord, writeAs } from "../tasks/index.ts";
import { addArtifact, endTurn, openThread, setSession, startTurn } from "../threads/index.ts";
import { accountWait, noteAccount } from "./account-waits.ts";
import { confine } from "./confine.ts";
import { recordItem, shortened } from "./record-item.ts";
import { type AttemptEnd, type Run, type StageResult, stopReason } from "./run.ts";
import { settleTurn } from "./settle-turn.ts";
import { mayNotBegin, TurnMeter, turnBudgetUsd } from "./turn-meter.ts";
import { TurnRecorder } from "./turn-recorder.ts";

/** A final message is redacted and stored in one piece, so it has a limit of its own. */
const FINAL_CAP = 1024 * 1024;

/** One turn to run. */
export interface TurnRequest {
  readonly role: Role;
  readonly round: number;
  readonly phase: string;
  readonly agent: Agent;
  readonly model: string | null;
  readonly prompt: string;
  readonly workspace: string;
  readonly access: "read-only" | "workspace-write";
  /** Resume the role's conversation in this attempt; false starts a new one. */
  readonly resume: boolean;
  readonly output_schema?: Readonly<Record<string, unknown>>;
}

/** How a turn that ended well ended. */
export interface TurnDone {
  readonly turn_id: string;
  readonly final_text: string;
  readonly observed_activity: boolean;
}

/**
 * Runs one turn of an agent: under the sandbox, its questions answered by policy, its output batched into the log,
 * its usage added to the task as it is reported, stopped the moment a limit is reached.
 */
export async function runTurn(run: Run, request: TurnRequest): Promise<StageResult<TurnDone>> {
  const { deps, attempt, task } = run;
  const turnId = deps.newId("turn");
  const opened = await openTurn(run, request, turnId);
  if ("over" in opened) return { ok: false, end: opened.over };
  if ("account" in opened) return { ok: false, end: accountWait(task.id, opened.account) };
  const scope = { ...scopeOf(task, request.agent.name), thread_id: opened.thread.id, turn_id: turnId };
  const meter = new TurnMeter(run, turnId, opened.task);
  const recorder = new TurnRecorder({
    log: deps.log,
    attempt,
    scope,
    redaction: deps.redaction(),
    cap: deps.config.limits.max_output_bytes,
  });
  let outcome: TurnOutcome | undefined;
  const events = request.agent.run(agentTurn(run, request, opened, { recorder, meter }));
  for await (const event of events) {
    if (event.type === "started" && event.session_id !== null)
      await rememberSession(run, opened.thread.id, event.session_id);
    if (event.type === "ended") outcome = event.outcome;
    else await recordItem(recorder, event);
    meter.check();
    await deps.failpoint("K6");
  }
  await recorder.close();
  await deps.failpoint("K9");
  const ended: TurnOutcome = outcome ?? {
    status: "failed",
    kind: "protocol",
    message: "The agent adapter ended without saying how.",
    retry: false,
    session_id: null,
    usage: meter.usage,
  };
  await closeTurn(run, turnId, request, ended, meter, scope);
  return settleTurn(run, request, turnId, ended, run.signal.aborted ? stopReason(run.signal) : undefined);
}

/** The turn as an adapter gets it. */
function agentTurn(
  run: Run,
  request: TurnRequest,
  opened: Opened,
  { recorder, meter }: { readonly recorder: TurnRecorder; readonly meter: TurnMeter },
): AgentTurn {
  const { deps, attempt, task } = run;
  const { prompt, workspace, access, model, output_schema } = request;
  const session_id = request.resume ? opened.thread.session_id : null;
  return {
    prompt,
    workspace,
    access,
    ...(model === null ? {} : { model }),
    ...(session_id ? { session_id } : {}),
    attempt_id: attempt.id,
    turn_timeout_ms: task.limits.turn_timeout_ms,
    idle_timeout_ms: task.limits.stall_timeout_ms,
    kill_grace_ms: deps.config.limits.kill_grace_ms,
    max_output_bytes: Math.min(FINAL_CAP, deps.config.limits.max_output_bytes),
    ...(opened.budgetUsd === undefined ? {} : { max_budget_usd: opened.budgetUsd }),
    ...(output_schema ? { output_schema } : {}),
    sandbox: confine(run, { workspace, access }),
    approve: (action) => answer(recorder, action, workspace),
    on_usage: (usage) => meter.report(usage),
    signal: run.signal,
  };
}

interface Opened {
  readonly thread: Awaited<ReturnType<typeof openThread>>;
  /** As it was when the turn began. */
  readonly task: TaskRecord;
  readonly budgetUsd: number | undefined;
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
    const account = await blockedAccount(tx.db, request.agent.name);
    if (account) return { account };
    const over = mayNotBegin(run, task);
    if (over) return { over };
    const thread = await openThread(
      tx,
      {
        task_id: task.id,
        role: request.role,
        agent: request.agent.name,
        model: request.model,
        fresh: !request.resume,
      },
      deps.newId,
    );
    const turn = {
      id: turnId,
      thread_id: thread.id,
      task_id: task.id,
      attempt_id: attempt.id,
      role: request.role,
      round: request.round,
      agent: request.agent.name,
      model: request.model,
    };
    await startTurn(tx, turn, {
      id: deps.newId("prompt"),
      phase: request.phase,
      text: deps.redact(request.prompt),
    });
    const budgetUsd = turnBudgetUsd(run, task);
    await patchTask(tx, task.id, { turns: task.turns + 1 });
    await deps.limits.count(tx, task.project_id, { turns: 1 });
    await tx.append({
      ...scopeOf(task, request.agent.name),
      thread_id: thread.id,
      turn_id: turnId,
      type: "turn.started",
      data: {
        role: request.role,
        round: request.round,
        agent: request.agent.name,
        model: request.model,
        attempt_id: attempt.id,
      },
    });
    return { thread, task, budgetUsd };
  });
}

async function closeTurn(
  run: Run,
  turnId: string,
  request: TurnRequest,
  ended: TurnOutcome,
  meter: TurnMeter,
  scope: ReturnType<typeof scopeOf> & { thread_id: string; turn_id: string },
): Promise<void> {
  const { deps, attempt } = run;
  if (ended.usage) meter.report(ended.usage);
  await meter.close();
  const final = meter.usage;
  const unknown = costUnknown(ended, final);
  if (unknown) deps.limits.use(run.project.id, { cost_unknown: true });
  const failure =
    ended.status === "failed" ? { code: ended.kind, message: deps.redact(ended.message) } : null;
  await writeAs(deps.log, attempt, "turn", async (tx, task) => {
    await endTurn(tx, turnId, { status: ended.status, failure, usage: final });
    if (unknown) {
      await patchTask(tx, task.id, { cost_unknown: 1 });
      await deps.limits.save(tx, task.project_id);
    }
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
    await noteAccount(tx, deps, request.agent, ended);
  });
}

/** A turn that ran and does not say what it cost makes the sum unknown: unknown is never 0. */
function costUnknown(ended: TurnOutcome, usage: Usage | null): boolean {
  if (usage) return usage.total_tokens > 0 && usage.cost_usd === null;
  return !(ended.status === "failed" && ended.kind === "spawn");
}

async function rememberSession(run: Run, threadId: string, sessionId: string): Promise<void> {
  await writeAs(run.deps.log, run.attempt, "session", (tx) => setSession(tx, threadId, sessionId));
}

/** An agent's question, answered by the default policy and recorded. */
async function answer(recorder: TurnRecorder, action: AgentAction, workspace: string) {
  const summary = action.command ?? `${action.tool} ${action.paths.join(" ")}`.trim();
  const decision = decideAction({ kind: action.kind, paths: action.paths, summary }, workspace);
  await recorder.push({ type: "policy.decided", data: { action: shortened(summary, 4096), ...decision } });
  return decision;
}
