import { callAt, noCaps } from "@harness/protocol";
import { WHOLE_NIGHT } from "../budgets/index.ts";
import { beat, type Claim, claimNext } from "../tasks/index.ts";
import { waited } from "../turns/index.ts";
import { holdForAgents } from "./account-holds.ts";
import { finishDiscards } from "./discard.ts";
import { executeAttempt } from "./execute-attempt.ts";
import { dropOrphans, reconcile } from "./reconcile.ts";
import type { AttemptEnd, OrchestratorDeps } from "./run.ts";
import { goOnWithSpace } from "./space-return.ts";
import { spaceWait } from "./space-wait.ts";
import { fireDue, nextDue, nextWork } from "./timers.ts";
import { limitOldWaits } from "./wait-expiry.ts";

/** Pause between heartbeats of running tasks (milliseconds). */
const HEARTBEAT_MS = 15_000;
/** Between two looks that found nothing to start (milliseconds). */
const PAUSE_MS = 10;
/** The longest sleep of the dispatcher; timers of tasks shorten it. */
const MAX_SLEEP_MS = 60_000;

interface Live {
  readonly taskId: string;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Dispatches queued tasks and owns every attempt that runs in this process.
 *
 *   start: reconcile → claim → [claimed] → run → close → claim …
 *   drain: no more claims → wait → stop what is left (queued again) → stopped
 */
export class Orchestrator {
  readonly #deps: OrchestratorDeps;
  readonly #live = new Map<string, Live>();
  #draining = false;
  #claiming: Promise<void> | undefined;
  #again = false;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #forgetTimer = () => {};
  #beat: ReturnType<typeof setInterval> | undefined;
  #unlisten: (() => void) | undefined;

  constructor(deps: OrchestratorDeps) {
    this.#deps = deps;
  }

  /** True once the server is stopping. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Attempts running in this process. */
  get running(): number {
    return this.#live.size;
  }

  /** When work goes on by itself next (epoch milliseconds): a quota that is back, the end of a pause. */
  nextWork(): Promise<number | undefined> {
    return nextWork(this.#deps);
  }

  /** Closes what a dead server left, then begins to dispatch. */
  async start(): Promise<void> {
    await this.#deps.limits.open();
    const closed = await reconcile(this.#deps);
    if (closed > 0) this.#deps.logger.info({ attempts: closed }, "closed attempts of a server that stopped");
    await limitOldWaits(this.#deps);
    this.#unlisten = this.#deps.log.listen((events) => {
      if (
        events.some(
          (event) =>
            event.type === "task.queued" ||
            event.type === "attempt.ended" ||
            event.type === "task.waiting" ||
            event.type === "budget.reached" ||
            event.type === "account.parked" ||
            event.type === "account.answered" ||
            event.type === "project.updated",
        )
      )
        this.wake();
    });
    this.#beat = setInterval(() => void this.#heartbeat(), HEARTBEAT_MS);
    void dropOrphans(this.#deps).catch((error: unknown) =>
      this.#deps.logger.warn({ err: error }, "orphaned workspaces could not be removed"),
    );
    void finishDiscards(this.#deps);
    this.wake();
  }

  /** Looks for work now; while submissions pour in and nothing can start, at most every few milliseconds. */
  wake(): void {
    if (this.#draining) return;
    if (this.#claiming || this.#pause) {
      this.#again = true;
      return;
    }
    this.#claiming = this.#claimAll().then((claimed) => {
      this.#claiming = undefined;
      if (!this.#again) return;
      this.#again = false;
      if (claimed > 0) this.wake();
      else this.#pause = setTimeout(() => this.#resume(), PAUSE_MS);
    });
  }

  #resume(): void {
    this.#pause = undefined;
    this.wake();
  }

  /** Stops the attempt of a task that was just cancelled, and waits until nothing of it is left. */
  async stopTask(attemptId: string): Promise<void> {
    const live = this.#live.get(attemptId);
    live?.stop.abort({ type: "cancelled" } satisfies AttemptEnd);
    await live?.ended;
  }

  /** The disk is full: what runs is stopped, its work kept where there is room, and its tasks wait until there is more. */
  pauseForSpace(): void {
    for (const live of this.#live.values()) live.stop.abort(spaceWait(live.taskId).end);
  }

  /** There is room again. To be called before anything may be claimed. */
  async goOnWithSpace(): Promise<void> {
    await this.#claiming;
    await goOnWithSpace(this.#deps, (attemptId) => this.#live.has(attemptId));
  }

  /**
   * Takes no more work, waits for running attempts, stops those that are left and queues their tasks again. Aborting
   * `hurry` ends the wait.
   */
  async drain(timeoutMs: number, hurry?: AbortSignal): Promise<void> {
    this.#draining = true;
    this.#unlisten?.();
    this.#forgetTimer();
    clearTimeout(this.#pause);
    await this.#claiming;
    await this.#deps.failpoint("K18");
    const all = () => Promise.all([...this.#live.values()].map((live) => live.ended));
    await Promise.race([all(), waited(timeoutMs, hurry)]);
    // The drain was the time to end politely; what comes now must be over before the server is.
    const end: AttemptEnd = { type: "superseded", why: "the server stopped", urgent: true };
    for (const live of this.#live.values()) live.stop.abort(end);
    await all();
    clearInterval(this.#beat);
  }

  /** Claims while there is work and a place for it; returns how many. Never rejects. */
  async #claimAll(): Promise<number> {
    const { config, log, newId, owner, limits } = this.#deps;
    this.#forgetTimer();
    let claimed = 0;
    try {
      await fireDue(this.#deps);
      let without = await limits.settle();
      // One process owns the data: what runs here is all that runs, and a full house needs no statement.
      while (this.#live.size < config.concurrency.max_concurrent_tasks) {
        const barred = without;
        if (this.#draining || this.#deps.space.shortage !== undefined || barred === "all") break;
        const claim = await log.write(async (tx) => {
          await holdForAgents(tx, this.#deps);
          const next = await claimNext(tx, {
            limit: config.concurrency.max_concurrent_tasks,
            ageingMs: config.limits.priority_ageing_secs * 1000,
            owner,
            without: barred,
            newId,
          });
          if (next) await limits.countAttempt(tx, next.task.project_id);
          return next;
        });
        if (!claim) break;
        this.#begin(claim);
        claimed += 1;
        without = await limits.settle();
      }
      this.#sleep((await nextDue(this.#deps)) ?? Number.POSITIVE_INFINITY);
    } catch (error) {
      // A full disk or a database that is away: nothing is claimed, and it is tried again.
      this.#deps.logger.error({ err: error }, "dispatch failed");
      this.#sleep(this.#deps.clock.now() + 1_000);
    }
    return claimed;
  }

  /** Sleeps until a time, or for a minute: whatever was missed is found then. */
  #sleep(until: number): void {
    if (this.#draining) return;
    const { clock } = this.#deps;
    this.#forgetTimer = callAt(clock, Math.min(until, clock.now() + MAX_SLEEP_MS), () => this.wake());
  }

  #begin(claim: Claim): void {
    const stop = new AbortController();
    const { task } = claim;
    const { attempt } = claim;
    const end = (how: AttemptEnd) => stop.abort(how);
    const { project_id, limits, wall_ms } = task;
    const since = task.updated_at;
    this.#deps.limits.watch({
      id: attempt.id,
      task_id: task.id,
      scopes: () => [WHOLE_NIGHT, project_id],
      // What would have been stopped in the end is said with the next report of use.
      limits: this.#deps.config.limits.task_budget_mode === "shadow" ? noCaps : limits,
      wall_ms,
      since,
      stop: end,
    });
    const ended = executeAttempt(this.#deps, claim, { signal: stop.signal, stop: end }).finally(() => {
      this.#deps.limits.forget(attempt.id);
      this.#live.delete(attempt.id);
      this.wake();
    });
    this.#live.set(attempt.id, { taskId: claim.task.id, stop, ended });
  }

  async #heartbeat(): Promise<void> {
    const ids = [...this.#live.keys()];
    if (ids.length === 0) return;
    await this.#deps.log
      .write((tx) => beat(tx, ids))
      .catch((error: unknown) => this.#deps.logger.warn({ err: error }, "heartbeat not stored"));
  }
}
