import { blockedAccount, type TurnOutcome } from "../agents/index.ts";
import type { LedgerTurn } from "../budgets/index.ts";
import { accountWait } from "./account-waits.ts";
import type { TurnRequest } from "./asked-turn.ts";
import { substituteFor } from "./choose-implementer.ts";
import { type AttemptEnd, failWith, type Run, type StageResult } from "./run.ts";
import type { TurnDone } from "./turn.ts";
import { agentHeldBudget } from "./turn-meter.ts";

/** The longest pause a provider's word can ask for before a transient failure is tried again (milliseconds). */
const LONGEST_PAUSE_MS = 3_600_000;

/** What the end of a turn means for the attempt: go on, stop, wait for the agent's account, or fail. */
export async function settleTurn(
  run: Run,
  request: TurnRequest,
  turn: LedgerTurn,
  ended: TurnOutcome,
  stopped: AttemptEnd | undefined,
): Promise<StageResult<TurnDone>> {
  if (stopped) return { ok: false, end: stopped };
  if (ended.status === "completed")
    return {
      ok: true,
      // What is kept of an answer anywhere, such as a finding or a plan, is kept without secrets.
      value: {
        turn_id: turn.turn_id,
        final_text: run.deps.redact(ended.final_text),
        observed_activity: ended.observed_activity,
      },
    };
  if (ended.status === "cancelled") return { ok: false, end: { type: "cancelled" } };
  if (ended.kind === "auth" || ended.kind === "quota") return waitForAccount(run, request, ended);
  const message = `${request.agent.name}: ${run.deps.redact(ended.message)}`;
  if (ended.kind === "budget") return { ok: false, end: await agentHeldBudget(run, turn, message) };
  const failed = failWith(`agent_${ended.kind}`, message, ended.retry);
  const asked = ended.kind === "transient" && ended.reset_at !== undefined ? Date.parse(ended.reset_at) : 0;
  const not_before = Math.min(asked, run.deps.clock.now() + LONGEST_PAUSE_MS);
  return not_before > 0 ? { ok: false, end: { ...failed.end, not_before } } : failed;
}

/** The account was parked or stopped with the end of the turn; the task waits for it, unless another agent goes on. */
async function waitForAccount(
  run: Run,
  request: TurnRequest,
  ended: Extract<TurnOutcome, { status: "failed" }>,
): Promise<StageResult<never>> {
  const agent = request.agent.name;
  const name = run.deps.agents.accountOf(agent);
  const account = (await blockedAccount(run.deps.storage.reader, name)) ?? {
    name,
    state: ended.kind === "auth" ? ("stopped" as const) : ("parked" as const),
    message: run.deps.redact(ended.message),
    fix: null,
    since: run.deps.clock.now(),
    wake_at: null,
    cause: ended.kind === "auth" ? ("login" as const) : ("quota" as const),
  };
  const goes_on = request.role !== "reviewer" && (await substituteFor(run, agent)) !== undefined;
  return { ok: false, end: accountWait(run.task.id, account, { delivered: true, goes_on }) };
}
