import type { Usage } from "@harness/protocol";
import { type Agent, leaveProbe, type TurnOutcome } from "../agents/index.ts";
import { withdrawOfTurn } from "../approvals/index.ts";
import type { WriteTx } from "../events/index.ts";
import {
  endTurn,
  getThread,
  moveTurn,
  patchThread,
  setSession,
  sumOf,
  type ThreadRecord,
  threadScope,
} from "../threads/index.ts";
import { costOf, noteAccount, type UsageMeter } from "../turns/index.ts";
import type { ConversationDeps, RunningTurn, TurnStopReason } from "./conversation-deps.ts";

/** Closes a turn as it ended, or parks it with the question it waits for. */
export async function closeThreadTurn(
  deps: ConversationDeps,
  running: RunningTurn,
  agent: Agent | undefined,
  end: {
    readonly outcome: TurnOutcome;
    readonly meter: UsageMeter;
    readonly commit: string | null;
    /** Its agent was started. */
    readonly began: boolean;
  },
): Promise<void> {
  const { outcome, meter, commit, began } = end;
  const { thread, turn, signal } = running;
  if (outcome.usage) meter.report(outcome.usage);
  await meter.close();
  const usage = meter.usage === null ? turn.usage : addUsage(turn.usage, meter.usage);
  const cost = began ? costOf(outcome, meter.usage) : { unknown: false, ran: false };
  const why = signal.aborted ? (signal.reason as TurnStopReason) : undefined;
  const scope = { ...threadScope(thread), turn_id: turn.id };
  await deps.log.write(async (tx) => {
    if (outcome.session_id) await setSession(tx, thread.id, outcome.session_id);
    if (outcome.session_id && thread.fork_session) await patchThread(tx, thread.id, { fork_session: null });
    // What was not started says nothing new about its account.
    if (!began) await leaveProbe(tx, [turn.id]);
    else if (agent) await noteAccount(tx, deps, agent, { turn_id: turn.id, ended: outcome });
    if (why?.type === "park" && outcome.status === "cancelled") {
      await deps.caps.turns.park(tx, turn.id, cost.unknown);
      await moveTurn(tx, turn.id, "waiting");
      const data = { approval_id: why.approval_id, reason: `a person is asked: ${why.summary}` };
      await tx.append({ ...scope, type: "turn.waiting", actor: "harness", data });
      return;
    }
    const { status, failure } = endOf(deps, outcome, why);
    await withdrawOfTurn(tx, turn.id, "the turn is over");
    const data = { status, failure, usage, commit };
    await tx.append({ ...scope, type: "turn.ended", actor: turn.agent, data });
    await deps.caps.turns.end(tx, turn.id, cost);
    await endTurn(tx, turn.id, { status, failure, usage });
    if (turn.purpose === "compact" && outcome.status === "completed")
      await compacted(deps, tx, thread, outcome.final_text);
  });
}

/** The next turn starts a new conversation of the agent, which knows the summary; the history stays. */
async function compacted(
  deps: ConversationDeps,
  tx: WriteTx,
  thread: ThreadRecord,
  text: string,
): Promise<void> {
  const summary = deps.redact(text);
  await patchThread(tx, thread.id, { session_id: null, context: summary });
  const now = await getThread(tx.db, thread.id);
  await tx.append({ ...threadScope(now), type: "thread.compacted", actor: thread.agent, data: { summary } });
}

function endOf(deps: ConversationDeps, outcome: TurnOutcome, why: TurnStopReason | undefined) {
  const failed = (code: string, message: string) =>
    ({ status: "failed", failure: { code, message } }) as const;
  if (outcome.status === "completed") return { status: "completed", failure: null } as const;
  if (why?.type === "budget") return failed("budget", why.why);
  if (why?.type === "loop") return failed("tool_loop", why.why);
  if (why?.type === "server") return failed("crashed", "The server stopped while this turn ran.");
  if (outcome.status === "cancelled") return { status: "cancelled", failure: null } as const;
  return failed(outcome.kind, deps.redact(outcome.message));
}

/** What a turn used before it was parked and since. */
export function addUsage(before: Usage | null, now: Usage): Usage {
  return before === null ? now : sumOf(before, now);
}
