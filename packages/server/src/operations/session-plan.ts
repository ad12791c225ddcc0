import { HarnessError, idPattern, type PlanState, type ThreadItem } from "@harness/protocol";
import { listApprovals } from "../approvals/index.ts";
import {
  findThread,
  getThread,
  newestItemsOf,
  queueOf,
  type ThreadRecord,
  threadNamed,
  turnsOfThread,
} from "../threads/index.ts";
import type { OperationsDeps } from "./deps.ts";
import { type Doing, jobKinds } from "./plan-jobs.ts";
import { planStateOf } from "./plan-state.ts";
import { planAuthoring } from "./session-authoring.ts";
import { planView } from "./task-work.ts";

type Deps = Pick<OperationsDeps, "log" | "storage">;

const ITEMS = 200;
/** Items that may have ended since one began that still goes on. */
const NEWEST = 50;

/** The thread a session's id or name stands for. Throws `thread_not_found`. */
export async function sessionThread(deps: Deps, sessionId: string): Promise<ThreadRecord> {
  const db = deps.storage.reader;
  if (idPattern("thread").test(sessionId)) return getThread(db, sessionId);
  const named = await threadNamed(db, sessionId);
  if (named !== undefined) return getThread(db, named);
  throw new HarnessError("thread_not_found", `There is no session ${sessionId}.`, {
    field: "session_id",
    got: sessionId,
  });
}

/**
 * Seed 2's planner state of a thread, read from the tables and the log as they are now: whatever process wrote them.
 * Null before the first turn, and when the thread is gone.
 */
export async function planStateOfThread(deps: Deps, threadId: string): Promise<PlanState | null> {
  const db = deps.storage.reader;
  const thread = await findThread(db, threadId);
  if (!thread) return null;
  const page = { thread_id: threadId, limit: 20 };
  const [turns, recent, plans, errors, pending, denied, queue, view] = await Promise.all([
    turnsOfThread(db, threadId),
    newestItemsOf(db, threadId, [...jobKinds, "message", "reasoning"], ITEMS),
    newestItemsOf(db, threadId, ["plan"], 1),
    newestItemsOf(db, threadId, ["error"], 1),
    listApprovals(db, { ...page, status: "pending" }),
    listApprovals(db, { ...page, status: "denied" }),
    queueOf(db, threadId),
    thread.task_id === null ? undefined : planView(db, thread.task_id),
  ]);
  const kept = turns.filter((turn) => !turn.rolled_back);
  const last = kept.at(-1);
  const own = recent.filter(({ turn_id }) => turn_id === last?.id);
  const { doings, planning } = await doingsOf(deps, threadId, last?.id, recent);
  const planText = planning ?? plans.find(({ turn_id }) => turn_id === last?.id)?.item.text ?? null;
  const known = { thread, turns: kept, items: own, planText, plan: view?.plan ?? null };
  return planStateOf({
    turns: kept,
    base: thread.base_sha,
    doings: doings.filter(isJob),
    asked: [...denied.rows, ...pending.rows].toReversed(),
    planText: planText ?? plans[0]?.item.text ?? null,
    steps: (view?.modules ?? []).map(({ name, status }) => ({ step: name, status, job_id: null })),
    newest: doings.findLast(({ turn_id }) => turn_id === last?.id)?.item ?? null,
    lastError: errors[0]?.item.text ?? null,
    queued: queue[0]?.text ?? null,
    authoring: await planAuthoring(deps, known),
  });
}

const isJob = ({ item }: Doing) => jobKinds.some((kind) => kind === item.kind);

/** What agents did lately and do now, oldest first, and the plan that is being made. */
async function doingsOf(
  deps: Deps,
  threadId: string,
  turnId: string | undefined,
  recent: readonly ThreadItem[],
): Promise<{ doings: Doing[]; planning: string | undefined }> {
  const own = recent.filter(({ turn_id }) => turn_id === turnId);
  // What goes on now began lately: after the turn did, and among the newest items.
  const since = own.at(-NEWEST)?.seq ?? own[0]?.seq ?? recent.at(-1)?.seq ?? 0;
  const begun = turnId === undefined ? [] : await begunIn(deps, threadId, turnId, since);
  const finished = new Set(recent.map(({ turn_id, item }) => `${turn_id}:${item.id}`));
  const open = begun.filter(({ turn_id, item }) => !finished.has(`${turn_id}:${item.id}`));
  return {
    doings: [...recent.map(({ turn_id, item }) => ({ turn_id, item, done: true })), ...open],
    planning: begun.findLast(({ item }) => item.kind === "plan")?.item.text,
  };
}

/** What began in a turn, finished or not, from the log. */
async function begunIn(deps: Deps, threadId: string, turnId: string, since: number): Promise<Doing[]> {
  const filter = { thread_id: threadId, types: ["item.started"] };
  const events = await deps.log.read({ afterSeq: since, filter });
  return events.flatMap((event) =>
    event.type === "item.started" && event.turn_id === turnId
      ? [{ turn_id: turnId, item: event.data.item, done: false }]
      : [],
  );
}
