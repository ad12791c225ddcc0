import { type BudgetState, type Caps, callAt, type NightBudget } from "@harness/protocol";
import {
  countMarks,
  type LedgerTurn,
  type Moment,
  ownScopes,
  remainingMs,
  TurnLedger,
  timeUp,
  WHOLE_NIGHT,
} from "../budgets/index.ts";
import type { WriteTx } from "../events/index.ts";
import { BudgetTable } from "./budget-table.ts";
import { BudgetTells } from "./budget-tells.ts";
import { holdQueued, releaseHeld } from "./limits-hold.ts";
import { capsOf, type LimitsDeps, type Live, type Reached, stopBy } from "./limits-words.ts";
import type { AttemptEnd } from "./run.ts";
import { TurnAccounts } from "./turn-accounts.ts";

/**
 * Holds the budgets over everything that runs. Every use is added to the ledger in memory and judged in the same
 * step; what is over a cap is stopped before anything is stored. While a cap holds, queued tasks of its scope wait
 * with the reason, and go on when its next period begins or the cap is raised. A shadow budget only says all that.
 *
 *   use → ledger → judge → stop live attempts, tell once → settle: queued tasks wait → raised or next period: queued
 */
export class Limits {
  readonly #deps: LimitsDeps;
  readonly #live = new Map<string, Live>();
  readonly #table: BudgetTable;
  /** What turns use. */
  readonly turns: TurnAccounts;
  /** Says what becomes of budgets, each thing once. */
  readonly tells: BudgetTells;
  /** Caps changed since the waits were brought in line with them; at a start, they may have. */
  #changed = true;
  #opening: Promise<void> | undefined;
  #forgetTimer = () => {};

  constructor(deps: LimitsDeps) {
    this.#deps = deps;
    const ledger = new TurnLedger();
    this.#table = new BudgetTable(deps, this.#live, ledger);
    this.tells = new BudgetTells(deps);
    this.turns = new TurnAccounts(deps, {
      table: this.#table,
      ledger,
      live: this.#live,
      watch: (live) => this.watch(live),
      forget: (id) => this.forget(id),
      judge: (scopes) => this.#judge(scopes),
    });
  }

  /** Reads what earlier processes spent. To be awaited before anything else; every call waits for the first. */
  open(): Promise<void> {
    this.#opening ??= this.#table.open();
    return this.#opening;
  }

  /** Counts an attempt, in the job that begins it. */
  async countAttempt(tx: WriteTx, project: string): Promise<void> {
    const scopes = [WHOLE_NIGHT, project];
    this.#table.sums.add(scopes, tx.now, { attempts: 1 });
    await this.#table.sums.save(tx, scopes);
  }

  /** Books what an attempt ran, in the job that closes it; it is watched no more. */
  async book(tx: WriteTx, project: string, ran: { id: string; from: number; to: number }): Promise<void> {
    this.forget(ran.id);
    const scopes = [WHOLE_NIGHT, project];
    this.#table.sums.addWall(scopes, ran.from, ran.to);
    await this.#table.sums.save(tx, scopes, ran.from, ran.to);
  }

  /** Watches an attempt that begins; one whose scope is over a cap already is stopped at once. */
  watch(live: Live): void {
    this.#live.set(live.id, live);
    this.#judgeAll();
  }

  /** The attempt or turn runs no more. */
  forget(id: string): void {
    if (this.#live.delete(id)) this.#arm();
  }

  /** The budget that forbids something now. What a shadow budget would have forbidden `what` is said. */
  reached(scopes: readonly string[], moment: Moment, what?: string): Reached | undefined {
    if (what !== undefined)
      for (const budget of this.#table.over(scopes)) {
        const shadow = budget.mode === "shadow" ? this.#table.reachedOf(budget, moment) : undefined;
        if (shadow) this.tells.shadowed(shadow, what);
      }
    return this.#table.reached(scopes, moment);
  }

  /** Whether there are budgets of agents, models or accounts at all. */
  holdsAgents(): boolean {
    return this.#table.holdsAgents;
  }

  /** The budget of an agent, its account or a model, perhaps in this project, that lets none of its turns begin. */
  reachedOfAgent(
    turn: Pick<LedgerTurn, "project_id" | "agent" | "account"> & { readonly model: string | null },
  ): Reached | undefined {
    return this.#table.reached(ownScopes({ ...turn, asked_model: turn.model }), "claim");
  }

  /** How an attempt ends whose agent stopped by itself at what a budget left it. */
  short(scopes: readonly string[], taskId: string, why: string): AttemptEnd {
    const tightest = this.#table.tightest(scopes);
    return tightest ? stopBy(tightest, taskId) : { type: "budget", why };
  }

  /** Time the attempts of a task ran in all, this live one included. */
  wallOf(attemptId: string): number {
    const live = this.#live.get(attemptId);
    return live ? live.wall_ms + this.#deps.clock.now() - live.since : 0;
  }

  /** What a turn may cost before a cap over these sums is reached; undefined without such a cap. */
  remainingUsd(scopes: readonly string[]): number | undefined {
    return this.#table.remainingUsd(scopes);
  }

  /**
   * Brings what waits in line with the budgets; called before claims. Stops what runs over a cap, lets the queued
   * tasks of its scope wait, and lets go on what waited for a cap that holds no more. Answers the projects nothing may
   * be claimed of, or "all".
   */
  async settle(): Promise<readonly string[] | "all"> {
    await this.open();
    await this.#refresh();
    this.#judgeAll();
    const night = this.#table.reached([WHOLE_NIGHT], "claim");
    const closed = new Map<string, Reached>();
    for (const id of this.#table.projects) {
      const reached = night ?? this.#table.reached([id], "claim");
      if (reached) closed.set(id, reached);
    }
    for (const reached of new Set(closed.values())) this.#tellReached(reached);
    if (closed.size > 0) await holdQueued(this.#deps, closed);
    if (this.#changed) await this.#release(closed);
    return night ? "all" : [...closed.keys()];
  }

  /** The caps of all projects together (null) or of one. */
  capsOf(projectId: string | null): Caps {
    return this.#table.capsOf(projectId ?? WHOLE_NIGHT);
  }

  /** The night as a person sees it: its times, caps and sums. */
  async view(): Promise<NightBudget> {
    await this.open();
    await this.#refresh();
    return this.#table.view();
  }

  /** Every budget, with what was used and what is left of it. */
  async list(): Promise<BudgetState[]> {
    await this.open();
    await this.#refresh();
    return this.#table.list(await countMarks(this.#deps.storage.reader, this.#table.begins(), "stop:"));
  }

  async #refresh(): Promise<void> {
    if (await this.#table.refresh()) this.#changed = true;
  }

  async #release(closed: ReadonlyMap<string, Reached>): Promise<void> {
    this.#changed = false;
    const holds = (id: string) => this.#table.holds(id);
    await releaseHeld(this.#deps, closed, holds).catch((error: unknown) => {
      this.#changed = true;
      throw error;
    });
  }

  #judgeAll(): void {
    for (const live of this.#live.values()) {
      const late = timeUp(capsOf(live.limits), this.wallOf(live.id));
      if (late) live.stop({ type: "budget", why: late.why, urgent: true });
    }
    this.#judge([...this.#liveScopes()]);
    this.#arm();
  }

  #liveScopes(): Set<string> {
    return new Set([...this.#live.values()].flatMap((live) => live.scopes()));
  }

  /** Stops what runs in a scope that is over its cap, and tells what is near one. */
  #judge(scopes: readonly string[]): void {
    for (const budget of this.#table.over(scopes)) {
      this.tells.near(budget, this.#table);
      const reached = this.#table.reachedOf(budget, "meanwhile");
      if (!reached) continue;
      if (budget.mode === "enforce")
        for (const live of this.#table.liveOf(budget.sum)) live.stop(stopBy(reached, live.task_id));
      this.#tellReached(reached);
    }
  }

  #tellReached(reached: Reached): void {
    const running = this.#table.liveOf(reached.budget.sum).map((live) => live.task_id);
    this.tells.reached(reached, running);
    if (reached.budget.mode === "shadow")
      for (const what of new Set(running)) this.tells.shadowed(reached, what);
  }

  /** Wakes when the first cap on time is reached, if what runs now goes on. */
  #arm(): void {
    this.#forgetTimer();
    const own = [...this.#live.values()].map((live) =>
      remainingMs(capsOf(live.limits), this.wallOf(live.id)),
    );
    const shared = this.#table.over([...this.#liveScopes()]).map((budget) => this.#table.remainingMs(budget));
    // What has no time left was stopped already and only has to end.
    const left = [...own, ...shared].filter((one) => one !== undefined && one > 0) as number[];
    if (this.#live.size === 0 || left.length === 0) return;
    const { clock } = this.#deps;
    this.#forgetTimer = callAt(clock, clock.now() + Math.min(...left), () => this.#judgeAll());
  }
}
