import { type Caps, type NightBudget, noCaps, type Spent } from "@harness/protocol";
import {
  type Exhausted,
  exhausted,
  type Moment,
  remainingMs,
  remainingUsd,
  Spending,
  WHOLE_NIGHT,
} from "../budgets/index.ts";
import { listProjects } from "../projects/index.ts";
import type { LimitsDeps, LiveAttempt, Reached } from "./limits-words.ts";

interface KnownProject {
  readonly name: string;
  readonly caps: Caps;
}

/**
 * What may be used in a night and what was: of each project, and of all together. The sums come from the ledger, the
 * time of what runs now is added; the caps are read from the projects again whenever one of them changed.
 */
export class NightScopes {
  readonly #deps: LimitsDeps;
  /** The attempts that run now. */
  readonly #live: ReadonlyMap<string, LiveAttempt>;
  #projects: ReadonlyMap<string, KnownProject> = new Map();
  /** The caps may have changed since they were read. */
  #stale = true;
  #ledger: Spending | undefined;

  constructor(deps: LimitsDeps, live: ReadonlyMap<string, LiveAttempt>) {
    this.#deps = deps;
    this.#live = live;
  }

  /** Reads what earlier processes spent, and begins to look for changes of the caps. */
  async open(): Promise<void> {
    const { log, storage, clock, night } = this.#deps;
    log.listen((events) => {
      if (events.some(({ type }) => type.startsWith("project."))) this.#stale = true;
    });
    this.#ledger = await Spending.open(storage.reader, night, clock.now());
  }

  /** The sums. */
  get ledger(): Spending {
    if (!this.#ledger) throw new Error("The ledger of spending is not open yet.");
    return this.#ledger;
  }

  /** The projects, by id. */
  get projects(): Iterable<string> {
    return this.#projects.keys();
  }

  /** Reads the caps of the projects again; false when nothing can have changed. */
  async refresh(): Promise<boolean> {
    if (!this.#stale) return false;
    // Marked before the reading: what changes meanwhile is read again.
    this.#stale = false;
    this.#projects = await this.#read().catch((error: unknown) => {
      this.#stale = true;
      throw error;
    });
    return true;
  }

  async #read(): Promise<Map<string, KnownProject>> {
    const projects = new Map<string, KnownProject>();
    let cursor: string | undefined;
    do {
      const { rows, page } = await listProjects(this.#deps.storage.reader, { limit: 500, cursor });
      for (const { id, name, settings } of rows) projects.set(id, { name, caps: settings.night_limits });
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return projects;
  }

  /** The cap of all projects together that is reached. */
  ofNight(moment: Moment): Reached | undefined {
    const { night } = this.#deps;
    const found = exhausted(night, this.#spent(WHOLE_NIGHT), moment, "The night");
    return found && this.#until({ scope: "night", caps: night, ...found });
  }

  /** The cap of one project that is reached. */
  ofProject(id: string, moment: Moment): Reached | undefined {
    const known = this.#projects.get(id);
    if (!known) return undefined;
    const { name, caps } = known;
    const found = exhausted(caps, this.#spent(id), moment, `Project ${name}`);
    return found && this.#until({ scope: "project", project: { id, name }, caps, ...found });
  }

  /** The attempts that run in a scope. */
  liveOf(scope: string): LiveAttempt[] {
    const all = [...this.#live.values()];
    return scope === WHOLE_NIGHT ? all : all.filter(({ project_id }) => project_id === scope);
  }

  /** What a turn may cost before a cap of the night or of its project is reached; undefined without such a cap. */
  remainingUsd(project: string): number | undefined {
    const left = [WHOLE_NIGHT, project]
      .map((scope) => remainingUsd(this.capsOf(scope), this.#spent(scope)))
      .filter((one) => one !== undefined);
    return left.length === 0 ? undefined : Math.min(...left);
  }

  /** The dollar cap that leaves a project least: what is left of it was too little for an agent to go on. */
  tightest(project: string): Reached {
    const night = remainingUsd(this.#deps.night, this.#spent(WHOLE_NIGHT)) ?? Number.POSITIVE_INFINITY;
    const known = this.#projects.get(project);
    const own = known && remainingUsd(known.caps, this.#spent(project));
    const cap = "max_budget_usd";
    const used = (scope: string) => this.#spent(scope).cost_usd ?? 0;
    const short = (who: string, left: number) =>
      `${who} has $${left.toFixed(4)} left, and the agent stopped there by itself.`;
    if (known === undefined || own === undefined || own > night)
      return this.#until({
        scope: "night",
        caps: this.#deps.night,
        cap,
        used: used(WHOLE_NIGHT),
        why: short("The night", night),
      });
    const { name, caps } = known;
    return this.#until({
      scope: "project",
      project: { id: project, name },
      caps,
      cap,
      used: used(project),
      why: short(`Project ${name}`, own),
    });
  }

  /** Until the cap on time of a scope is reached, if what runs now goes on: it uses the time up together. */
  remainingMs(scope: string): number | undefined {
    const left = remainingMs(this.capsOf(scope), this.#spent(scope).wall_ms);
    return left === undefined ? undefined : Math.ceil(left / Math.max(1, this.liveOf(scope).length));
  }

  /** The night as a person sees it: its times, caps and sums. */
  view(): NightBudget {
    const { begins, ends } = this.ledger.nightAt(this.#deps.clock.now());
    const { max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts } = this.#deps.night;
    return {
      begins_at: new Date(begins).toISOString(),
      ends_at: new Date(ends).toISOString(),
      all: {
        caps: { max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts },
        spent: this.#spent(WHOLE_NIGHT),
        reached: this.ofNight("claim")?.why ?? null,
      },
      projects: [...this.#projects].map(([project_id, { name, caps }]) => ({
        project_id,
        project: name,
        caps,
        spent: this.#spent(project_id),
        reached: this.ofProject(project_id, "claim")?.why ?? null,
      })),
    };
  }

  /** The caps of all projects together, or of one. */
  capsOf(scope: string): Caps {
    return scope === WHOLE_NIGHT ? this.#deps.night : (this.#projects.get(scope)?.caps ?? noCaps);
  }

  #spent(scope: string): Spent {
    const now = this.#deps.clock.now();
    const spent = this.ledger.spent(scope, now);
    const { begins } = this.ledger.nightAt(now);
    const running = this.liveOf(scope).reduce((sum, { since }) => sum + now - Math.max(since, begins), 0);
    return { ...spent, wall_ms: spent.wall_ms + running };
  }

  #until(reached: Omit<Reached, "until"> & Exhausted): Reached {
    return { ...reached, until: this.ledger.nightAt(this.#deps.clock.now()).ends };
  }
}
