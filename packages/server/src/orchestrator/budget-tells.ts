import type { EventType, NewEvent } from "@harness/protocol";
import { markOnce, mostUsed, threshold } from "../budgets/index.ts";
import type { Budget } from "./budget-rules.ts";
import type { BudgetTable } from "./budget-table.ts";
import type { LimitsDeps, Reached } from "./limits-words.ts";

type Told = Extract<NewEvent, { type: Extract<EventType, `budget.${string}`> }>;

/** Says what becomes of budgets, each thing once a period: over restarts too, since what was told is stored. */
export class BudgetTells {
  readonly #deps: Pick<LimitsDeps, "log" | "logger">;
  /** What was told by this process, so that thousands of reports ask nothing of the database. */
  readonly #told = new Set<string>();

  constructor(deps: Pick<LimitsDeps, "log" | "logger">) {
    this.#deps = deps;
  }

  /** A cap was reached. Of a shadow budget it says what it would have stopped. */
  reached({ budget, why, since, until }: Reached, running: readonly string[]): void {
    const { id, scope, project_id, mode } = budget;
    const would_have_stopped = mode === "shadow" ? { would_have_stopped: [...new Set(running)] } : {};
    this.once(id, since, "100", {
      type: "budget.reached",
      actor: "harness",
      project_id,
      data: { scope, why, until: timeOf(until), budget: id, mode, ...would_have_stopped },
    });
  }

  /** A shadow budget would have stopped or held this task or thread. */
  shadowed({ budget: { id, project_id }, why, since }: Reached, what: string): void {
    this.once(id, since, `stop:${what}`, {
      type: "budget.shadowed",
      actor: "harness",
      project_id,
      ...(what.startsWith("thr_") ? { thread_id: what } : { task_id: what }),
      data: { budget: id, why, what },
    });
  }

  /** Tells of the highest percentage that is passed now. */
  near(budget: Budget, table: BudgetTable): void {
    const { id, caps, mode, scope, project_id, who } = budget;
    const used = mostUsed(caps, table.spent(budget));
    const percent = threshold(used, budget.warn_at);
    if (used === undefined || percent === undefined || used.percent >= 100) return;
    const { begins, ends } = table.periodOf(budget);
    this.once(id, begins, String(percent), {
      type: "budget.warned",
      actor: "harness",
      project_id,
      data: {
        ...{ scope, budget: id, mode, percent },
        why: `${who} has used ${Math.floor(used.percent)} % of ${used.cap} (${caps[used.cap]}).`,
        until: timeOf(ends),
      },
    });
  }

  /** Appends an event unless the same was told of this budget in this period. Never waits. */
  once(budget: string, period: number, mark: string, event: Told): void {
    const key = `${budget} ${period} ${mark}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#deps.log
      .write(async (tx) => {
        if (await markOnce(tx, budget, period, mark)) await tx.append(event);
      })
      .catch((error: unknown) => {
        this.#told.delete(key);
        this.#deps.logger.warn({ err: error }, "what became of a budget could not be recorded");
      });
  }
}

function timeOf(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
