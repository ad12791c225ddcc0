import { HarnessError } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { ProjectRecord } from "../projects/index.ts";
import {
  addWords,
  findThread,
  getThread,
  getTurn,
  moveTurn,
  queueInput,
  queueOf,
  renameThread,
  setThreadStatus,
  startTurn,
  type ThreadRecord,
  type TurnRecord,
  takeInput,
  threadScope,
  threadsWithInput,
  turnsOfThread,
  UNTITLED,
} from "../threads/index.ts";
import { waited } from "../turns/index.ts";
import { answererOf, type Words } from "./answerer.ts";
import type { ConversationDeps, TurnStopReason } from "./conversation-deps.ts";
import { notePublications } from "./publish-thread.ts";
import { closeInterrupted } from "./reconcile-threads.ts";
import { retrySetup } from "./set-up-place.ts";
import { runThreadTurn } from "./thread-turn.ts";
import { openPlace } from "./thread-workspace.ts";
import { isAsked, lastApproval } from "./turn-questions.ts";

interface Live {
  readonly turn_id: string;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/** What became of a person's words. */
export interface Said {
  readonly turn_id: string | null;
  readonly input_id: string | null;
  readonly outcome: "started" | "queued";
}

/**
 * Runs the turns of conversations. What is to be done is in the database: a queue of inputs, turns that wait for an
 * answer; this only finds it and does it, one turn of a thread at a time.
 *
 *   say → [idle] turn started → run → ended → next of the queue
 *       → [busy] queued                → parked for an answer → answered → run
 */
export class Conversations {
  readonly #deps: ConversationDeps;
  readonly #live = new Map<string, Live>();
  /** Threads that wait for a place. */
  readonly #crowd = new Set<string>();
  readonly #looking = new Map<string, Promise<void>>();
  #unlisten = () => {};
  #draining = false;

  constructor(deps: ConversationDeps) {
    this.#deps = deps;
  }

  /** Turns running in this process. */
  get running(): number {
    return this.#live.size;
  }

  /** Closes what a dead server left, then goes on with what waits. Its processes must be gone by now. */
  async start(): Promise<void> {
    const closed = await closeInterrupted(this.#deps);
    if (closed > 0) this.#deps.logger.info({ turns: closed }, "closed turns of a server that stopped");
    const found = await notePublications(this.#deps);
    if (found > 0) this.#deps.logger.info({ branches: found }, "found branches a dead server had made");
    this.#unlisten = this.#deps.log.listen((events) => {
      for (const event of events)
        if (event.type === "approval.decided" && event.task_id === null && event.thread_id !== null)
          this.wake(event.thread_id);
    });
    const waiting = await this.#deps.storage.reader
      .selectFrom("threads")
      .select("id")
      .where("status", "=", "waiting")
      .where("task_id", "is", null)
      .execute();
    const queued = await threadsWithInput(this.#deps.storage.reader);
    for (const id of new Set([...waiting.map((row) => row.id), ...queued])) this.wake(id);
  }

  /**
   * A person's words for a thread, in the job that accepts them; `wake` must follow once it is durable. Throws
   * `thread_busy` unless they may be queued.
   */
  async say(
    tx: WriteTx,
    thread: ThreadRecord,
    said: Pick<Words, "input" | "execution_strategy"> & { readonly actor: string; readonly queue: boolean },
  ): Promise<Said> {
    const waiting = await queueOf(tx.db, thread.id);
    const busy = thread.status !== "idle" || waiting.length > 0;
    if (busy && !said.queue)
      throw new HarnessError(
        "thread_busy",
        `Thread ${thread.id} is ${thread.status}${waiting.length > 0 ? ` and ${waiting.length} inputs wait` : ""}. Queue the words (when_busy: queue), steer the running turn, or interrupt it.`,
      );
    if (busy || this.#full) {
      const { max_queued_inputs: most } = this.#deps.config.limits;
      const { input: text, execution_strategy, actor } = said;
      const input = { text, execution_strategy, actor, most };
      const queued = await queueInput(tx, thread, input, this.#deps.newId);
      return { turn_id: null, input_id: queued.id, outcome: "queued" };
    }
    const turn_id = await this.#open(tx, thread, { ...said, purpose: "say" }, said.actor);
    return { turn_id, input_id: null, outcome: "started" };
  }

  /** Begins the turn that sums a thread up, in the job that accepts it; `wake` must follow. Throws `thread_busy`. */
  async compact(tx: WriteTx, thread: ThreadRecord, actor: string): Promise<string> {
    if (thread.status !== "idle")
      throw new HarnessError(
        "thread_busy",
        `Thread ${thread.id} is ${thread.status}; sum it up when it is idle.`,
      );
    const input = "(sum this conversation up)";
    return this.#open(tx, thread, { input, execution_strategy: null, purpose: "compact" }, actor);
  }

  /** Looks whether something of a thread can go on, and does it. */
  wake(threadId: string, how: { readonly anew?: boolean } = {}): void {
    const before = this.#looking.get(threadId) ?? Promise.resolve();
    const looking = before
      .then(() => this.#advance(threadId, how.anew === true))
      .catch((error: unknown) => {
        this.#deps.logger.error({ err: error, thread_id: threadId }, "a thread could not go on");
      })
      .finally(() => {
        if (this.#looking.get(threadId) === looking) this.#looking.delete(threadId);
      });
    this.#looking.set(threadId, looking);
  }

  /** Makes sure that the workspace of a thread is there; a setup that failed in it is tried again. */
  async makeReady(project: ProjectRecord, thread: ThreadRecord): Promise<void> {
    await openPlace(this.#deps, project, thread);
    await retrySetup(this.#deps, thread.id);
  }

  /** Interrupts a turn of a conversation. False when it neither runs nor waits here. */
  async interrupt(turn: TurnRecord, actor: string): Promise<boolean> {
    const live = this.#live.get(turn.thread_id);
    if (live?.turn_id === turn.id) {
      live.stop.abort({ type: "interrupt", actor } satisfies TurnStopReason);
      await live.ended;
      return true;
    }
    return false;
  }

  /** Starts nothing more, waits for what runs, stops what is left; the queues go on with the next start. */
  async drain(timeoutMs: number, hurry?: AbortSignal): Promise<void> {
    this.#draining = true;
    this.#unlisten();
    await Promise.all(this.#looking.values());
    const all = () => Promise.all([...this.#live.values()].map((live) => live.ended));
    await Promise.race([all(), waited(timeoutMs, hurry)]);
    for (const live of this.#live.values())
      live.stop.abort({ type: "server", urgent: true } satisfies TurnStopReason);
    await all();
  }

  get #full(): boolean {
    return this.#live.size >= this.#deps.config.concurrency.max_running_turns;
  }

  async #advance(threadId: string, anew: boolean): Promise<void> {
    if (this.#draining || this.#live.has(threadId)) return;
    if (this.#full) {
      this.#crowd.add(threadId);
      return;
    }
    const { storage, log } = this.#deps;
    const thread = await findThread(storage.reader, threadId);
    if (!thread || thread.task_id !== null || this.#deps.space.shortage !== undefined) return;
    const turns = await turnsOfThread(storage.reader, threadId);
    const last = turns.findLast((turn) => !turn.rolled_back);
    if (last?.status === "running") return this.#run(thread, last, false);
    if (last?.status === "waiting") {
      if (await isAsked(storage.reader, last.id)) return;
      await log.write(async (tx) => {
        await moveTurn(tx, last.id, "running");
        const data = { approval_id: await lastApproval(storage.reader, last.id) };
        const scope = { ...threadScope(thread), turn_id: last.id };
        await tx.append({ ...scope, type: "turn.resumed", actor: "harness", data });
      });
      return this.#run(
        await getThread(storage.reader, threadId),
        await getTurn(storage.reader, last.id),
        true,
      );
    }
    if (!anew && !goesOnAfter(last)) return;
    const [next] = await queueOf(storage.reader, threadId);
    if (!next) return;
    const turnId = await log.write(async (tx) => {
      const now = await getThread(tx.db, threadId);
      if (now.status !== "idle") return undefined;
      const { text, execution_strategy, actor } = await takeInput(tx, next.id, "started", next.actor);
      return this.#open(tx, now, { input: text, execution_strategy, purpose: "say" }, actor);
    });
    if (turnId !== undefined)
      this.#run(await getThread(storage.reader, threadId), await getTurn(storage.reader, turnId), false);
  }

  #run(thread: ThreadRecord, turn: TurnRecord, resumed: boolean): void {
    if (this.#draining || this.#live.has(thread.id)) return;
    const stop = new AbortController();
    const running = {
      thread,
      turn,
      resumed,
      signal: stop.signal,
      stop: (reason: TurnStopReason) => stop.abort(reason),
    };
    const ended = runThreadTurn(this.#deps, running)
      .catch((error: unknown) => {
        this.#deps.logger.error({ err: error, turn_id: turn.id }, "the next start closes this turn");
      })
      .finally(() => {
        this.#live.delete(thread.id);
        this.wake(thread.id);
        const [next] = this.#crowd;
        if (next === undefined) return;
        this.#crowd.delete(next);
        this.wake(next);
      });
    this.#live.set(thread.id, { turn_id: turn.id, stop, ended });
  }

  /** Opens a turn with the person's words as its first item. */
  async #open(tx: WriteTx, thread: ThreadRecord, words: Words, actor: string): Promise<string> {
    const turn_id = this.#deps.newId("turn");
    const { id: thread_id } = thread;
    const { input, purpose } = words;
    const { agent, model, strategy } = await answererOf(this.#deps, thread, words);
    const scope = { ...threadScope(thread), turn_id };
    await tx.append({
      ...scope,
      type: "turn.started",
      actor,
      data: { role: "chat", round: thread.turns + 1, agent, model, attempt_id: null, strategy },
    });
    await startTurn(tx, {
      id: turn_id,
      thread_id,
      task_id: null,
      attempt_id: null,
      role: "chat",
      round: thread.turns + 1,
      agent,
      model,
      input: tx.redact(input),
      purpose,
      strategy,
    });
    await addWords(tx, { thread, turn_id, text: input, actor });
    if (thread.turns === 0 && thread.title === UNTITLED)
      await renameThread(tx, thread, titleOf(input), actor);
    await this.#deps.caps.turns.begin(tx, {
      ...{ turn_id, thread_id, project_id: thread.project_id, task_id: null, stage: null, role: "chat" },
      ...{ agent, account: this.#deps.agents.accountOf(agent), model, asked_model: model },
    });
    return turn_id;
  }

  /** Ends a turn that waits without a process because nobody wants it any more. */
  async dismiss(turn: TurnRecord, close: (tx: WriteTx) => Promise<void>): Promise<void> {
    await this.#looking.get(turn.thread_id);
    await this.#deps.log.write(async (tx) => {
      const now = await getTurn(tx.db, turn.id);
      if (now.status !== "waiting") return;
      await close(tx);
      await setThreadStatus(tx, turn.thread_id, "idle");
    });
    this.wake(turn.thread_id);
  }
}

/** A conversation nobody named is called by its first words. */
function titleOf(input: string): string {
  const line = input.trim().split("\n")[0]?.trim() ?? "";
  return line.length > 80 ? `${line.slice(0, 79)}…` : line || UNTITLED;
}

/** After a turn that failed or was interrupted a person decides whether the queue goes on; a crash was nobody's decision. */
function goesOnAfter(last: TurnRecord | undefined): boolean {
  if (last === undefined || last.status === "completed") return true;
  return last.failure?.code === "crashed";
}
