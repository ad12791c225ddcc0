import {
  type Approval,
  type ChatAnswer,
  callAt,
  type Event,
  idPattern,
  type Parsed,
  type Turn,
} from "@harness/protocol";
import { getApproval, listApprovals } from "../approvals/index.ts";
import { getThread, getTurn, nameSession, namesOf, newestItemsOf, threadNamed } from "../threads/index.ts";
import { approvalHandlers } from "./approval-handlers.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller, Handlers } from "./invoke.ts";
import { threadHandlers } from "./thread-handlers.ts";
import { turnHandlers } from "./turn-handlers.ts";

/** How long an answer waits unless told (seconds). */
const WAIT_SECS = 120;
/** What a rejection says to the agent, which may try another way. */
export const rejected = { decision: "deny", reason: "rejected by a person" } as const;
const MOST_PENDING = 100;

/** Seed 2's chat: a message in, the agent's answer or its question to a person out. */
export function chatHandlers(deps: OperationsDeps): Pick<Handlers, "chat/send" | "chat/approve"> {
  const turns = turnHandlers(deps);
  const approvals = approvalHandlers(deps);
  return {
    "chat/send": async ({ message, wait_secs, execution_strategy, ...where }, caller) => {
      const { session_id, thread_id } = await conversation(deps, where, caller);
      const said = await turns["turn/start"]({ thread_id, input: message, execution_strategy }, caller);
      if (said.turn_id === null) {
        const waits = "It waits in the queue: as many turns run as may.";
        return { message: waits, session_id, turn_id: null, status: "queued", pending_tools: [] };
      }
      return answerOf(deps, { session_id, turn_id: said.turn_id }, wait_secs ?? WAIT_SECS);
    },
    "chat/approve": async ({ pending_id, approved, wait_secs }, caller) => {
      const { thread_id, turn_id } = await getApproval(deps.storage.reader, pending_id);
      const session_id = (await namesOf(deps.storage.reader, [thread_id])).get(thread_id) ?? thread_id;
      const decision = approved ? ({ decision: "allow" } as const) : rejected;
      await approvals["approval/respond"]({ approval_id: pending_id, ...decision }, caller);
      // The agent is told and goes on in its own way; the stream of the plan shows how.
      if (!approved)
        return {
          message: "Tool execution rejected",
          session_id,
          turn_id,
          status: "rejected",
          pending_tools: [],
        };
      return answerOf(deps, { session_id, turn_id }, wait_secs ?? WAIT_SECS);
    },
  };
}

/** The thread a message belongs to: the one named, or a new one. A name nobody used yet begins a conversation. */
async function conversation(
  deps: OperationsDeps,
  { session_id, project, agent }: Pick<Parsed<"chat/send">, "session_id" | "project" | "agent">,
  caller: Caller,
): Promise<{ session_id: string; thread_id: string }> {
  const threads = threadHandlers(deps);
  const start = threads["thread/start"];
  const wanted = { project, agent };
  if (session_id === undefined) {
    const { thread_id } = await start(wanted, caller);
    return { session_id: thread_id, thread_id };
  }
  if (idPattern("thread").test(session_id)) {
    const { id } = await getThread(deps.storage.reader, session_id);
    return { session_id, thread_id: id };
  }
  const known = await threadNamed(deps.storage.reader, session_id);
  if (known !== undefined) return { session_id, thread_id: known };
  const made = await start(wanted, caller);
  const thread_id = await deps.log.write((tx) => nameSession(tx, session_id, made.thread_id));
  // Two that use a new name at once mean the same conversation.
  if (thread_id !== made.thread_id) await threads["thread/delete"]({ thread_id: made.thread_id }, caller);
  return { session_id, thread_id };
}

/** How a turn stands once it ended, asks a person, or the time is over. */
async function answerOf(
  deps: OperationsDeps,
  { session_id, turn_id }: { readonly session_id: string; readonly turn_id: string },
  waitSecs: number,
): Promise<ChatAnswer> {
  const { turn, pending } = await settled(deps, turn_id, waitSecs * 1000);
  const base = { session_id, turn_id, pending_tools: pending.map(toolOf) };
  const [first] = pending;
  if (first) {
    const message = `Approval needed: ${first.summary}`;
    return { ...base, message, status: "pending", pending_id: first.id };
  }
  switch (turn.status) {
    case "completed":
      return { ...base, message: await lastWords(deps, turn), status: "completed" };
    case "failed":
      return { ...base, message: turn.failure?.message ?? "The turn failed.", status: "failed" };
    case "cancelled":
      return { ...base, message: "The turn was interrupted.", status: "cancelled" };
    default:
      return { ...base, message: "The turn goes on.", status: "running" };
  }
}

/** Waits until a turn ended or asks a person, at most this long (milliseconds). */
async function settled(
  deps: OperationsDeps,
  turnId: string,
  ms: number,
): Promise<{ turn: Turn; pending: readonly Approval[] }> {
  let woken = Promise.withResolvers<void>();
  let late = ms === 0;
  const unlisten = deps.log.listen((events) => {
    if (events.some((event) => event.turn_id === turnId && matters(event))) woken.resolve();
  });
  const forget = callAt(deps.clock, deps.clock.now() + ms, () => {
    late = true;
    woken.resolve();
  });
  try {
    for (;;) {
      const turn = await getTurn(deps.storage.reader, turnId);
      const query = { status: "pending", thread_id: turn.thread_id, limit: MOST_PENDING } as const;
      const { rows } = await listApprovals(deps.storage.reader, query);
      const pending = rows.filter((one) => one.turn_id === turnId);
      const over = turn.status !== "running" && turn.status !== "waiting";
      if (over || pending.length > 0 || late) return { turn, pending };
      await woken.promise;
      woken = Promise.withResolvers();
    }
  } finally {
    unlisten();
    forget();
  }
}

function matters({ type }: Event): boolean {
  return type === "turn.ended" || type === "turn.waiting" || type === "approval.requested";
}

/** What the agent said last in a turn. */
async function lastWords(deps: OperationsDeps, turn: Turn): Promise<string> {
  const items = await newestItemsOf(deps.storage.reader, turn.thread_id, ["message"], 20);
  return items.findLast(({ turn_id, item }) => turn_id === turn.id && item.role !== "user")?.item.text ?? "";
}

function toolOf({
  id,
  tool,
  command,
  paths,
  questions,
  input,
}: Approval): ChatAnswer["pending_tools"][number] {
  const shown = questions.length > 0 ? { questions } : command === null ? { paths } : { command };
  return { id, tool, args: input ?? shown };
}
