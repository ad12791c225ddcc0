import { HarnessError, type Result, type Turn } from "@harness/protocol";
import type { HarnessClient } from "./client.ts";
import { sleep } from "./sleep.ts";

/** Something that was seen while a turn was waited for, in the words of seed 1's SDK. */
export interface RunEvent {
  readonly method: "sdk:turn/started" | "sdk:turn/status" | "sdk:turn/completed" | "sdk:turn/timeout";
  readonly params: { readonly thread_id: string; readonly turn_id: string; readonly status: Turn["status"] };
  /** RFC 3339, by the clock here. */
  readonly timestamp: string;
}

/** How a turn is waited for. */
export interface RunOptions {
  readonly pollIntervalMs?: number;
  /** The longest wait; the turn goes on after it. */
  readonly timeoutMs?: number;
  readonly onEvent?: (event: RunEvent) => void;
  /** Ends the wait; the turn goes on. */
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface ThreadRun {
  readonly threadId: string;
  readonly turnId: string;
  readonly status: Turn["status"];
  /** What the agent said last, as far as it came. */
  readonly output: string;
  readonly turn: Result<"turn/status">;
  readonly events: readonly RunEvent[];
  /** The wait was over before the turn was. */
  readonly timedOut: boolean;
}

const POLL_MS = 500;
const TIMEOUT_MS = 60 * 60_000;

/**
 * Says something in a thread and waits for the answer by asking for it, as seed 1's SDK does: for programs that want
 * no stream. A turn that asks a person is waited for too. Throws what `turn/start` refuses, such as `thread_busy`.
 */
export async function runThread(
  client: Pick<HarnessClient, "call">,
  said: { readonly thread_id: string; readonly input: string },
  options: RunOptions = {},
): Promise<ThreadRun> {
  const { pollIntervalMs = POLL_MS, timeoutMs = TIMEOUT_MS, onEvent, signal } = options;
  const { thread_id } = said;
  const events: RunEvent[] = [];
  const turn_id = await begin(client, said, signal);
  const tell = (method: RunEvent["method"], status: Turn["status"]) => {
    const timestamp = new Date().toISOString();
    const event = { method, params: { thread_id, turn_id, status }, timestamp };
    events.push(event);
    onEvent?.(event);
  };
  const over = Date.now() + timeoutMs;
  let turn = await client.call("turn/status", { turn_id });
  tell("sdk:turn/started", turn.status);
  while (isOpen(turn) && Date.now() < over && signal?.aborted !== true) {
    await sleep(Math.min(pollIntervalMs, over - Date.now()), signal);
    const before = turn.status;
    turn = await client.call("turn/status", { turn_id });
    if (turn.status !== before && isOpen(turn)) tell("sdk:turn/status", turn.status);
  }
  const timedOut = isOpen(turn);
  tell(timedOut ? "sdk:turn/timeout" : "sdk:turn/completed", turn.status);
  const output = turn.items.findLast(({ kind, role }) => kind === "message" && role !== "user")?.text ?? "";
  return { threadId: thread_id, turnId: turn_id, status: turn.status, output, turn, events, timedOut };
}

/** Begins the turn. Where as many run as may the words wait first in the queue, and theirs is the next turn. */
async function begin(
  client: Pick<HarnessClient, "call">,
  said: { readonly thread_id: string; readonly input: string },
  signal: AbortSignal | undefined,
): Promise<string> {
  const { thread_id } = said;
  const options = signal ? { signal } : {};
  const { turn_id, input_id } = await client.call("turn/start", said, options);
  if (turn_id !== null) return turn_id;
  let before: string | undefined;
  for (;;) {
    const { queue, turn_history } = await client.call("thread/get", { thread_id }, options);
    const newest = turn_history.at(-1)?.id;
    const waits = queue.some(({ id }) => id === input_id);
    if (!waits && newest !== undefined && newest !== before) return newest;
    if (!waits)
      throw new HarnessError("input_not_found", `The words were taken out of the queue of ${thread_id}.`);
    before = newest;
    await sleep(POLL_MS, signal);
  }
}

function isOpen({ status }: Pick<Turn, "status">): boolean {
  return status === "running" || status === "waiting";
}
