import { type BudgetState, type Caps, type NightBudget, noCaps, type Spent } from "@harness/protocol";
import {
  exhausted,
  leftOf,
  type Moment,
  mostUsed,
  type Period,
  remainingMs,
  remainingUsd,
  Spending,
  type TurnLedger,
  WHOLE_NIGHT,
} from "../budgets/index.ts";
import { listProjects } from "../projects/index.ts";
import { type Budget, configuredBudget, nightBudget, projectBudget, sharedCaps } from "./budget-rules.ts";
import type { LimitsDeps, Live, Reached } from "./limits-words.ts";
import { watchSums } from "./watched-sums.ts";

interface KnownProject {
  readonly name: string;
  readonly caps: Caps;
}

/**
 * Every budget besides those of tasks, in one table: that of the night, those of projects, and those the operator
 * wrote down for projects, agents, models and accounts and for other periods. What was used comes from the sums of the
 * ledger, the time of what runs now is added; the caps of projects are read again whenever one of them changed.
 */
export class BudgetTable {
  readonly #deps: LimitsDeps;
  /** What runs now. */
  readonly #live: ReadonlyMap<string, Live>;
  readonly #ledger: TurnLedger;
  #projects: ReadonlyMap<string, KnownProject> = new Map();
  /** Those with a cap. */
  #budgets: readonly Budget[] = [];
  /** The caps may have changed since they were read. */
  #stale = true;
  #sums: Spending | undefined;

  constructor(deps: LimitsDeps, live: ReadonlyMap<string, Live>, ledger: TurnLedger) {
    this.#deps = deps;
    this.#live = live;
    this.#ledger = ledger;
  }

  /** Reads what earlier processes spent, and begins to look for changes of the caps. */
  async open(): Promise<void> {
    const { log, storage, clock, night } = this.#deps;
    log.listen((events) => {
      if (events.some(({ type }) => type.startsWith("project."))) this.#stale = true;
    });
    this.#sums = await Spending.open(storage.reader, night, clock.now());
    await this.refresh();
  }

  /** The sums. */
  get sums(): Spending {
    if (!this.#sums) throw new Error("The ledger of spending is not open yet.");
    return this.#sums;
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
    try {
      const projects = await this.#read();
      const budgets = this.#compile(projects);
      await watchSums(this.#deps, budgets, { sums: this.sums, ledger: this.#ledger });
      this.#projects = projects;
      this.#budgets = budgets;
    } catch (error) {
      this.#stale = true;
      throw error;
    }
    return true;
  }

  #compile(projects: ReadonlyMap<string, KnownProject>): Budget[] {
    const { night, budgets, warnAt } = this.#deps;
    const named = new Map([...projects].map(([id, { name }]) => [name, id]));
    return [
      nightBudget(night, warnAt),
      ...[...projects].map(([id, { name, caps }]) => projectBudget({ id, name }, caps, warnAt)),
      ...budgets.map((entry) => configuredBudget(entry, named, warnAt)),
    ].filter(({ caps }) => Object.values(caps).some((cap) => cap !== null));
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

  /** The budgets over any of these sums. */
  over(scopes: readonly string[]): Budget[] {
    const wanted = new Set(scopes);
    return this.#budgets.filter(({ sum }) => wanted.has(sum));
  }

  /** The cap of a budget that is reached. */
  reachedOf(budget: Budget, moment: Moment): Reached | undefined {
    const found = exhausted(budget.caps, this.spent(budget), moment, budget.who);
    return found && { budget, ...found, ...this.#times(budget) };
  }

  /** The cap of a budget over these sums that is reached and stops work; the night's first. */
  reached(scopes: readonly string[], moment: Moment): Reached | undefined {
    for (const budget of this.over(scopes)) {
      const reached = budget.mode === "enforce" ? this.reachedOf(budget, moment) : undefined;
      if (reached) return reached;
    }
    return undefined;
  }

  /** Whether a budget that is named so holds something now. */
  holds(id: string): boolean {
    const budget = this.#budgets.find((one) => one.id === id);
    return budget?.mode === "enforce" && this.reachedOf(budget, "claim") !== undefined;
  }

  /** Whether any budget is of an agent, a model or an account. */
  get holdsAgents(): boolean {
    return this.#budgets.some(({ scope }) => scope !== "night" && scope !== "project");
  }

  /** The period of a budget that is on. */
  periodOf({ period }: Pick<Budget, "period">): Period {
    return this.sums.periodAt(period, this.#deps.clock.now());
  }

  #times(budget: Budget): Pick<Reached, "since" | "until"> {
    const { begins, ends } = this.periodOf(budget);
    return { since: begins, until: ends };
  }

  /** When the period of each budget began, by its id. */
  begins(): Map<string, number> {
    return new Map(this.#budgets.map((budget) => [budget.id, this.periodOf(budget).begins]));
  }

  /** What runs now and adds to a sum. */
  liveOf(scope: string): Live[] {
    return [...this.#live.values()].filter((live) => live.scopes().includes(scope));
  }

  /** What a turn may cost before a cap over these sums is reached; undefined without such a cap. */
  remainingUsd(scopes: readonly string[]): number | undefined {
    const left = this.#dollars(scopes).map((one) => one.left);
    return left.length === 0 ? undefined : Math.min(...left);
  }

  /** The dollar cap that leaves least: what is left of it was too little for an agent to go on. */
  tightest(scopes: readonly string[]): Reached | undefined {
    const least = this.#dollars(scopes).reduce<{ budget: Budget; left: number } | undefined>(
      (tight, one) => (tight && tight.left <= one.left ? tight : one),
      undefined,
    );
    if (!least) return undefined;
    const { budget, left } = least;
    const why = `${budget.who} has $${left.toFixed(4)} left, and the agent stopped there by itself.`;
    const used = this.spent(budget).cost_usd ?? 0;
    return { budget, cap: "max_budget_usd", used, why, ...this.#times(budget) };
  }

  #dollars(scopes: readonly string[]): { budget: Budget; left: number }[] {
    return this.over(scopes).flatMap((budget) => {
      const left = budget.mode === "enforce" ? remainingUsd(budget.caps, this.spent(budget)) : undefined;
      return left === undefined ? [] : [{ budget, left }];
    });
  }

  /** Until the cap on time of a budget is reached, if what runs now goes on: it uses the time up together. */
  remainingMs(budget: Budget): number | undefined {
    const left = remainingMs(budget.caps, this.spent(budget).wall_ms);
    return left === undefined ? undefined : Math.ceil(left / Math.max(1, this.liveOf(budget.sum).length));
  }

  /** The night as a person sees it: its times, caps and sums. */
  view(): NightBudget {
    const { begins, ends } = this.sums.nightAt(this.#deps.clock.now());
    const account = (sum: string, caps: Caps) => ({
      caps,
      spent: this.spent({ sum, period: "night" }),
      reached: this.reached([sum], "claim")?.why ?? null,
    });
    return {
      begins_at: new Date(begins).toISOString(),
      ends_at: new Date(ends).toISOString(),
      all: account(WHOLE_NIGHT, sharedCaps(this.#deps.night)),
      projects: [...this.#projects].map(([project_id, { name, caps }]) => ({
        project_id,
        project: name,
        ...account(project_id, caps),
      })),
    };
  }

  /** Every budget with what was used and what is left. */
  list(shadowed: ReadonlyMap<string, number>): BudgetState[] {
    return this.#budgets.map((budget) => {
      const spent = this.spent(budget);
      const { begins, ends } = this.periodOf(budget);
      const { id, scope, name, of, period, mode, warn_at, caps, raise } = budget;
      return {
        ...{ id, scope, name, of, period, mode, warn_at: [...warn_at], caps, spent, raise },
        begins_at: period === "total" ? null : new Date(begins).toISOString(),
        ends_at: ends === null ? null : new Date(ends).toISOString(),
        left: leftOf(caps, spent),
        used_percent: mostUsed(caps, spent)?.percent ?? null,
        reached: this.reachedOf(budget, "claim")?.why ?? null,
        would_have_stopped: shadowed.get(id) ?? 0,
      };
    });
  }

  /** The caps of all projects together, or of one. */
  capsOf(scope: string): Caps {
    return scope === WHOLE_NIGHT ? this.#deps.night : (this.#projects.get(scope)?.caps ?? noCaps);
  }

  /** What was used of a sum in its period, up to now. */
  spent({ sum, period }: Pick<Budget, "sum" | "period">): Spent {
    const now = this.#deps.clock.now();
    const spent = this.sums.spent(sum, period, now);
    const { begins } = this.sums.periodAt(period, now);
    const running = this.liveOf(sum).reduce((total, { since }) => total + now - Math.max(since, begins), 0);
    return { ...spent, wall_ms: spent.wall_ms + running };
  }
}
