import { type Caps, callAt, type NightBudget } from "@harness/protocol";
import { type Amounts, type Moment, remainingMs, timeUp, WHOLE_NIGHT } from "../budgets/index.ts";
import type { WriteTx } from "../events/index.ts";
import { holdQueued, releaseHeld } from "./limits-hold.ts";
import { capsOf, type LimitsDeps, type LiveAttempt, type Reached, stopBy } from "./limits-words.ts";
import { NightScopes } from "./night-scopes.ts";
import type { AttemptEnd } from "./run.ts";

/**
 * Holds the caps of projects and nights over everything that runs. Every use is added to the ledger in memory and
 * judged in the same step; what is over a cap is stopped before anything is stored. While a cap holds, queued tasks
 * of its scope wait with the reason, and go on when the next night begins or the cap is raised.
 *
 *   use → ledger → judge → stop live attempts, tell once → settle: queued tasks wait → raised or next night: queued
 */
export class Limits {
  readonly #deps: LimitsDeps;
  readonly #live = new Map<string, LiveAttempt>();
  readonly #scopes: NightScopes;
  /** Reached caps that were told, by scope and the end of their night. */
  readonly #told = new Set<string>();
  /** Caps changed since the waits were brought in line with them; at a start, they may have. */
  #changed = true;
  #opening: Promise<void> | undefined;
  #forgetTimer = () => {};

  constructor(deps: LimitsDeps) {
    this.#deps = deps;
    this.#scopes = new NightScopes(deps, this.#live);
  }

  /** Reads what earlier processes spent. To be awaited before anything else; every call waits for the first. */
  open(): Promise<void> {
    this.#opening ??= this.#scopes.open();
    return this.#opening;
  }

  /** Adds a use, now or at an earlier time, to the sums of a project and of the night, and judges them at once. */
  use(project: string, amounts: Amounts, at = this.#deps.clock.now()): void {
    this.#scopes.ledger.add(project, at, amounts);
    this.#judge(project);
  }

  /** Writes the sums of a project and of the night as they are now, with whatever else the job writes. */
  save(tx: WriteTx, project: string, ...moments: readonly number[]): Promise<void> {
    return this.#scopes.ledger.save(tx, project, ...moments);
  }

  /** Counts what begins, an attempt or a turn, in the job that begins it. */
  async count(tx: WriteTx, project: string, amounts: Amounts): Promise<void> {
    this.#scopes.ledger.add(project, tx.now, amounts);
    await this.save(tx, project);
  }

  /** Books what an attempt ran, in the job that closes it; it is watched no more. */
  async book(tx: WriteTx, project: string, ran: { id: string; from: number; to: number }): Promise<void> {
    this.forget(ran.id);
    this.#scopes.ledger.addWall(project, ran.from, ran.to);
    await this.save(tx, project, ran.from, ran.to);
  }

  /** Watches an attempt that begins; one whose scope is over a cap already is stopped at once. */
  watch(attempt: LiveAttempt): void {
    this.#live.set(attempt.id, attempt);
    this.#judgeAll();
  }

  /** The attempt runs no more. */
  forget(attemptId: string): void {
    if (this.#live.delete(attemptId)) this.#arm();
  }

  /** The cap of the night or of a project that forbids something now. */
  reached(project: string, moment: Moment): Reached | undefined {
    return this.#scopes.ofNight(moment) ?? this.#scopes.ofProject(project, moment);
  }

  /** How an attempt ends whose agent stopped by itself at what a cap of the night or of its project left it. */
  short(project: string, taskId: string): AttemptEnd {
    return stopBy(this.#scopes.tightest(project), taskId);
  }

  /** Time the attempts of a task ran in all, this live one included. */
  wallOf(attemptId: string): number {
    const live = this.#live.get(attemptId);
    return live ? live.wall_ms + this.#deps.clock.now() - live.since : 0;
  }

  /** What a turn may cost before a cap of the night or of its project is reached; undefined without such a cap. */
  remainingUsd(project: string): number | undefined {
    return this.#scopes.remainingUsd(project);
  }

  /**
   * Brings what waits in line with the caps; called before claims. Stops what runs over a cap, lets the queued tasks
   * of its scope wait, and lets go on what waited for a cap that holds no more. Answers the projects nothing may be
   * claimed of, or "all".
   */
  async settle(): Promise<readonly string[] | "all"> {
    await this.open();
    await this.#refresh();
    this.#judgeAll();
    const night = this.#scopes.ofNight("claim");
    const closed = new Map<string, Reached>();
    for (const id of this.#scopes.projects) {
      const reached = night ?? this.#scopes.ofProject(id, "claim");
      if (reached) closed.set(id, reached);
    }
    for (const reached of new Set(closed.values())) this.#tell(reached);
    if (closed.size > 0) await holdQueued(this.#deps, closed);
    if (this.#changed) await this.#release(closed);
    return night ? "all" : [...closed.keys()];
  }

  /** The caps of all projects together (null) or of one. */
  capsOf(projectId: string | null): Caps {
    return this.#scopes.capsOf(projectId ?? WHOLE_NIGHT);
  }

  /** The night as a person sees it: its times, caps and sums. */
  async view(): Promise<NightBudget> {
    await this.open();
    await this.#refresh();
    return this.#scopes.view();
  }

  async #refresh(): Promise<void> {
    if (await this.#scopes.refresh()) this.#changed = true;
  }

  async #release(closed: ReadonlyMap<string, Reached>): Promise<void> {
    this.#changed = false;
    await releaseHeld(this.#deps, closed).catch((error: unknown) => {
      this.#changed = true;
      throw error;
    });
  }

  #judgeAll(): void {
    for (const live of this.#live.values()) {
      const late = timeUp(capsOf(live.limits), this.wallOf(live.id));
      if (late) live.stop({ type: "budget", why: late.why, urgent: true });
    }
    for (const project of this.#liveProjects()) this.#judge(project);
    this.#arm();
  }

  #liveProjects(): Set<string> {
    return new Set([...this.#live.values()].map(({ project_id }) => project_id));
  }

  /** Stops what runs in a scope that is over its cap. */
  #judge(project: string): void {
    for (const reached of [this.#scopes.ofNight("meanwhile"), this.#scopes.ofProject(project, "meanwhile")]) {
      if (!reached) continue;
      for (const live of this.#scopes.liveOf(reached.project?.id ?? WHOLE_NIGHT))
        live.stop(stopBy(reached, live.task_id));
      this.#tell(reached);
    }
  }

  /** Says once a night that a scope reached a cap. */
  #tell({ scope, project, why, until }: Reached): void {
    const key = `${until} ${project?.id ?? WHOLE_NIGHT}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#deps.log
      .write(async (tx) => {
        if (!(await this.#scopes.ledger.markReached(tx, project?.id ?? WHOLE_NIGHT))) return;
        await tx.append({
          type: "budget.reached",
          actor: "harness",
          project_id: project?.id ?? null,
          data: { scope, why, until: new Date(until).toISOString() },
        });
      })
      .catch((error: unknown) => {
        this.#told.delete(key);
        this.#deps.logger.warn({ err: error }, "a reached cap could not be recorded");
      });
  }

  /** Wakes when the first cap on time is reached, if what runs now goes on. */
  #arm(): void {
    this.#forgetTimer();
    const own = [...this.#live.values()].map((live) =>
      remainingMs(capsOf(live.limits), this.wallOf(live.id)),
    );
    const shared = [WHOLE_NIGHT, ...this.#liveProjects()].map((scope) => this.#scopes.remainingMs(scope));
    // What has no time left was stopped already and only has to end.
    const left = [...own, ...shared].filter((one) => one !== undefined && one > 0) as number[];
    if (this.#live.size === 0 || left.length === 0) return;
    const { clock } = this.#deps;
    this.#forgetTimer = callAt(clock, clock.now() + Math.min(...left), () => this.#judgeAll());
  }
}
