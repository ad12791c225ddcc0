import { type Caps, callAt, type NightBudget, noCaps, type Spent } from "@harness/protocol";
import {
  type Amounts,
  type Exhausted,
  exhausted,
  type Moment,
  remainingMs,
  remainingUsd,
  Spending,
  timeUp,
  WHOLE_NIGHT,
} from "../budgets/index.ts";
import type { WriteTx } from "../events/index.ts";
import { listProjects } from "../projects/index.ts";
import { holdQueued, releaseHeld } from "./limits-hold.ts";
import { capsOf, type LimitsDeps, type LiveAttempt, type Reached, stopBy } from "./limits-words.ts";

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
  /** Reached caps that were told, by scope and the end of their night. */
  readonly #told = new Set<string>();
  #projects: ReadonlyMap<string, { readonly name: string; readonly caps: Caps }> = new Map();
  /** The caps may have changed since they were read. */
  #stale = true;
  #opening: Promise<void> | undefined;
  #ledger: Spending | undefined;
  #forgetTimer = () => {};

  constructor(deps: LimitsDeps) {
    this.#deps = deps;
  }

  /** Reads what earlier processes spent. To be awaited before anything else; every call waits for the first. */
  open(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Adds a use, now or at an earlier time, to the sums of a project and of the night, and judges them at once. */
  use(project: string, amounts: Amounts, at = this.#deps.clock.now()): void {
    this.#spending.add(project, at, amounts);
    this.#judge(project);
  }

  /** Writes the sums of a project and of the night as they are now, with whatever else the job writes. */
  save(tx: WriteTx, project: string, ...moments: readonly number[]): Promise<void> {
    return this.#spending.save(tx, project, ...moments);
  }

  /** Counts what begins, an attempt or a turn, in the job that begins it. */
  async count(tx: WriteTx, project: string, amounts: Amounts): Promise<void> {
    this.#spending.add(project, tx.now, amounts);
    await this.#spending.save(tx, project);
  }

  /** Books what an attempt ran, in the job that closes it; it is watched no more. */
  async book(tx: WriteTx, project: string, ran: { id: string; from: number; to: number }): Promise<void> {
    this.forget(ran.id);
    this.#spending.addWall(project, ran.from, ran.to);
    await this.#spending.save(tx, project, ran.from, ran.to);
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
    return this.#ofNight(moment) ?? this.#ofProject(project, moment);
  }

  /** Time the attempts of a task ran in all, this live one included. */
  wallOf(attemptId: string): number {
    const live = this.#live.get(attemptId);
    return live ? live.wall_ms + this.#deps.clock.now() - live.since : 0;
  }

  /** What a turn may cost before a cap of the night or of its project is reached; undefined without such a cap. */
  remainingUsd(project: string): number | undefined {
    const left = [
      remainingUsd(this.#deps.night, this.#spent(WHOLE_NIGHT)),
      remainingUsd(this.#capsOf(project), this.#spent(project)),
    ].filter((one) => one !== undefined);
    return left.length === 0 ? undefined : Math.min(...left);
  }

  /**
   * Brings what waits in line with the caps; called before claims. Stops what runs over a cap, lets the queued tasks
   * of its scope wait, and lets go on what waited for a cap that holds no more. Answers the projects nothing may be
   * claimed of, or "all".
   */
  async settle(): Promise<readonly string[] | "all"> {
    await this.open();
    const changed = this.#stale;
    await this.#refresh();
    this.#judgeAll();
    const night = this.#ofNight("claim");
    const closed = new Map<string, Reached>();
    for (const id of this.#projects.keys()) {
      const reached = night ?? this.#ofProject(id, "claim");
      if (reached) closed.set(id, reached);
    }
    for (const reached of new Set(closed.values())) this.#tell(reached);
    if (closed.size > 0) await holdQueued(this.#deps, closed);
    if (changed) await releaseHeld(this.#deps, closed);
    return night ? "all" : [...closed.keys()];
  }

  /** The night as a person sees it: its times, caps and sums. */
  async view(): Promise<NightBudget> {
    await this.open();
    await this.#refresh();
    const { begins, ends } = this.#spending.nightAt(this.#deps.clock.now());
    return {
      begins_at: new Date(begins).toISOString(),
      ends_at: new Date(ends).toISOString(),
      all: {
        caps: onlyCaps(this.#deps.night),
        spent: this.#spent(WHOLE_NIGHT),
        reached: this.#ofNight("claim")?.why ?? null,
      },
      projects: [...this.#projects].map(([project_id, { name, caps }]) => ({
        project_id,
        project: name,
        caps,
        spent: this.#spent(project_id),
        reached: this.#ofProject(project_id, "claim")?.why ?? null,
      })),
    };
  }

  async #open(): Promise<void> {
    const { log, storage, clock, night } = this.#deps;
    log.listen((events) => {
      if (events.some(({ type }) => type.startsWith("project."))) this.#stale = true;
    });
    this.#ledger = await Spending.open(storage.reader, night, clock.now());
  }

  get #spending(): Spending {
    if (!this.#ledger) throw new Error("The ledger of spending is not open yet.");
    return this.#ledger;
  }

  /** Reads the caps of the projects again when they may have changed. */
  async #refresh(): Promise<void> {
    if (!this.#stale) return;
    this.#stale = false;
    const projects = new Map<string, { name: string; caps: Caps }>();
    let cursor: string | undefined;
    do {
      const { rows, page } = await listProjects(this.#deps.storage.reader, { limit: 500, cursor });
      for (const { id, name, settings } of rows) projects.set(id, { name, caps: settings.night_limits });
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    this.#projects = projects;
  }

  #capsOf(project: string): Caps {
    return this.#projects.get(project)?.caps ?? noCaps;
  }

  /** The sums of a scope, with the time of what runs now. */
  #spent(scope: string): Spent {
    const now = this.#deps.clock.now();
    const spent = this.#spending.spent(scope, now);
    const { begins } = this.#spending.nightAt(now);
    const running = this.#liveOf(scope).reduce((sum, { since }) => sum + now - Math.max(since, begins), 0);
    return { ...spent, wall_ms: spent.wall_ms + running };
  }

  #liveOf(scope: string): LiveAttempt[] {
    const all = [...this.#live.values()];
    return scope === WHOLE_NIGHT ? all : all.filter(({ project_id }) => project_id === scope);
  }

  #ofNight(moment: Moment): Reached | undefined {
    const { night } = this.#deps;
    const found = exhausted(night, this.#spent(WHOLE_NIGHT), moment, "The night");
    return found && this.#until({ scope: "night", caps: night, ...found });
  }

  #ofProject(id: string, moment: Moment): Reached | undefined {
    const known = this.#projects.get(id);
    if (!known) return undefined;
    const { name, caps } = known;
    const found = exhausted(caps, this.#spent(id), moment, `Project ${name}`);
    return found && this.#until({ scope: "project", project: { id, name }, caps, ...found });
  }

  #until(reached: Omit<Reached, "until"> & Exhausted): Reached {
    return { ...reached, until: this.#spending.nightAt(this.#deps.clock.now()).ends };
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
    for (const reached of [this.#ofNight("meanwhile"), this.#ofProject(project, "meanwhile")]) {
      if (!reached) continue;
      for (const live of this.#liveOf(reached.project?.id ?? WHOLE_NIGHT))
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
        if (!(await this.#spending.markReached(tx, project?.id ?? WHOLE_NIGHT))) return;
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
    const shared = [WHOLE_NIGHT, ...this.#liveProjects()].map((scope) => {
      const caps = scope === WHOLE_NIGHT ? this.#deps.night : this.#capsOf(scope);
      const left = remainingMs(caps, this.#spent(scope).wall_ms);
      // What runs at once uses the time up together.
      return left === undefined ? undefined : Math.ceil(left / Math.max(1, this.#liveOf(scope).length));
    });
    // What has no time left was stopped already and only has to end.
    const left = [...own, ...shared].filter((one) => one !== undefined && one > 0) as number[];
    if (this.#live.size === 0 || left.length === 0) return;
    const { clock } = this.#deps;
    this.#forgetTimer = callAt(clock, clock.now() + Math.min(...left), () => this.#judgeAll());
  }
}

function onlyCaps({ max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts }: Caps): Caps {
  return { max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts };
}
