import { HarnessError } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import {
  copyItems,
  copyTurns,
  createThread,
  getThread,
  lastWordsOf,
  markRolledBack,
  patchThread,
  placeOfItem,
  type ThreadRecord,
  type TurnRecord,
  threadScope,
  turnsOfThread,
} from "../threads/index.ts";
import type { ConversationDeps } from "./conversation-deps.ts";
import { transcriptOf } from "./conversation-text.ts";

/** Items an account of what was said is made from. */
const REMEMBERED = 400;

/** Where a fork ends. */
export interface ForkCut {
  readonly from_turn?: string | undefined;
  /** An item of that turn, or of the turn that is meant. */
  readonly item_seq?: number | undefined;
  readonly title?: string | undefined;
}

/**
 * Copies a thread: turns up to and with one, its items up to one of them, the workspace at the checkpoint after the
 * last whole turn. The agent's own conversation is forked where it was not cut and the agent can; else the new one is
 * told what was said. Throws `turn_not_found`, `invalid_params` for an item that is not there and, while the turn to
 * copy runs, `thread_busy`.
 */
export async function forkThread(
  deps: Pick<ConversationDeps, "newId">,
  tx: WriteTx,
  thread: ThreadRecord,
  cut: ForkCut,
  actor: string,
): Promise<ThreadRecord> {
  const turns = (await turnsOfThread(tx.db, thread.id)).filter((turn) => !turn.rolled_back);
  const { kept, cutShort } = await cutAt(tx, thread, turns, cut);
  const last = kept.at(-1);
  const whole = kept.length === turns.length && !cutShort;
  const head = kept.findLast((turn) => turn.commit !== null)?.commit ?? null;
  const base_sha = thread.base_sha ?? (await baseOfTask(tx, thread));
  const made = await createThread(
    tx,
    {
      project_id: thread.project_id,
      task_id: null,
      role: "chat",
      agent: thread.agent,
      model: thread.model,
      title: cut.title ?? `${thread.title} (fork)`.slice(0, 200),
      base_branch: thread.base_branch,
      base_sha,
      head_sha: head,
      approvals: thread.approvals,
      execution_strategy: thread.execution_strategy,
      sandbox: thread.sandbox,
      forked_from: { thread_id: thread.id, turn_id: last?.id ?? null },
      fork_session: whole ? thread.session_id : null,
    },
    deps.newId,
    actor,
  );
  const ids = await copyTurns(tx, kept, made, deps.newId);
  await copyItems(tx, thread.id, made.id, { seq: cut.item_seq ?? Number.MAX_SAFE_INTEGER, turns: ids });
  const context = transcriptOf(await lastWordsOf(tx.db, made.id, REMEMBERED)) ?? thread.context;
  await patchThread(tx, made.id, { context });
  return getThread(tx.db, made.id);
}

/** The turns that are copied; one whose items are not all copied has no checkpoint to go back to. */
async function cutAt(
  { db }: Pick<WriteTx, "db">,
  thread: ThreadRecord,
  turns: readonly TurnRecord[],
  { from_turn, item_seq }: ForkCut,
): Promise<{ readonly kept: TurnRecord[]; readonly cutShort: boolean }> {
  if (item_seq === undefined) return { kept: upTo(thread, turns, from_turn), cutShort: false };
  const item = await placeOfItem(db, thread.id, item_seq);
  if (item === undefined || (from_turn ?? item.turn_id) !== item.turn_id)
    throw new HarnessError(
      "invalid_params",
      `item_seq: ${from_turn === undefined ? `thread ${thread.id}` : `turn ${from_turn}`} has no item ${item_seq}. thread/items shows those there are.`,
      { field: "item_seq", got: String(item_seq) },
    );
  const kept = upTo(thread, turns, item.turn_id);
  if (item.isLast) return { kept, cutShort: false };
  return {
    kept: kept.map((turn) => (turn.id === item.turn_id ? { ...turn, commit: null } : turn)),
    cutShort: true,
  };
}

function upTo(thread: ThreadRecord, turns: readonly TurnRecord[], at: string | undefined): TurnRecord[] {
  const ended = turns.filter(({ status }) => status !== "running" && status !== "waiting");
  if (at === undefined) return ended;
  const index = turns.findIndex(({ id }) => id === at);
  if (index < 0)
    throw new HarnessError(
      "turn_not_found",
      `Thread ${thread.id} has no turn ${at}, or went back to before it.`,
    );
  const copied = turns.slice(0, index + 1);
  if (copied.length === ended.slice(0, index + 1).length && copied.at(-1)?.ended_at !== null) return copied;
  throw new HarnessError("thread_busy", `Turn ${at} is not over. Fork from an earlier one, or when it is.`);
}

async function baseOfTask(tx: WriteTx, { task_id }: ThreadRecord): Promise<string | null> {
  if (task_id === null) return null;
  const row = await tx.db.selectFrom("tasks").select("base_sha").where("id", "=", task_id).executeTakeFirst();
  return row?.base_sha ?? null;
}

/**
 * Takes a thread back to the checkpoint after a turn, or to its beginning. What came later stays readable in the log
 * but is no part of the conversation any more; the agent starts a new one that is told what was said up to there. The
 * workspace must be removed once this is durable. Returns the turns that are gone. Throws `turn_not_found`.
 */
export async function rollBack(
  tx: WriteTx,
  thread: ThreadRecord,
  to_turn: string | null,
  actor: string,
): Promise<string[]> {
  const turns = (await turnsOfThread(tx.db, thread.id)).filter((turn) => !turn.rolled_back);
  const index = to_turn === null ? -1 : turns.findIndex(({ id }) => id === to_turn);
  if (to_turn !== null && index < 0)
    throw new HarnessError(
      "turn_not_found",
      `Thread ${thread.id} has no turn ${to_turn}, or went back to before it.`,
    );
  const gone = turns.slice(index + 1).map(({ id }) => id);
  await markRolledBack(tx, gone);
  const commit =
    turns.slice(0, index + 1).findLast((turn) => turn.commit !== null)?.commit ?? thread.base_sha;
  const words = await lastWordsOf(tx.db, thread.id, REMEMBERED);
  await patchThread(tx, thread.id, {
    head_sha: commit,
    session_id: null,
    fork_session: null,
    context: transcriptOf(words),
  });
  await tx.append({
    ...threadScope(thread),
    type: "thread.rolled_back",
    actor,
    data: { to_turn, turns: gone, commit },
  });
  return gone;
}
