import type { BlockReason, Caps, Clock } from "@harness/protocol";
import { doubled, type Exhausted, type NightClock, type PriceTable } from "../budgets/index.ts";
import type { BudgetEntry } from "../config/index.ts";
import type { EventLog } from "../events/index.ts";
import type { Storage } from "../storage/index.ts";
import { type Budget, sharedCaps } from "./budget-rules.ts";
import type { AttemptEnd, OrchestratorDeps } from "./run.ts";

/** What budgets are held with. */
export interface LimitsDeps {
  readonly log: EventLog;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly logger: OrchestratorDeps["logger"];
  /** When a night begins and what all projects together may use in it. */
  readonly night: NightClock & Caps;
  /** Budgets besides those of the night and of projects. */
  readonly budgets: readonly BudgetEntry[];
  readonly prices: PriceTable;
  /** Percentages of a cap that are told. */
  readonly warnAt: readonly number[];
}

/** An attempt of a task, or a turn, that runs in this process. */
export interface Live {
  readonly id: string;
  /** The task or the thread. */
  readonly task_id: string;
  /** The sums its time counts in. */
  readonly scopes: () => readonly string[];
  readonly limits: Caps;
  /** Time earlier attempts of its task ran. */
  readonly wall_ms: number;
  /** When it began (epoch milliseconds). */
  readonly since: number;
  readonly stop: (end: AttemptEnd) => void;
}

/** A cap of a budget that is reached now. */
export interface Reached extends Exhausted {
  readonly budget: Budget;
  /** When the period of the budget began. */
  readonly since: number;
  /** When its next one begins; null for one that never ends. */
  readonly until: number | null;
}

/** The caps of a task's own. */
export const capsOf: (limits: Caps) => Caps = sharedCaps;

/** Why a task waits for the next period of a budget, and what ends the wait sooner. */
export function budgetReason(reached: Reached, taskId: string): Omit<BlockReason, "since" | "until"> {
  const { budget, cap, why } = reached;
  const own = budget.project_id !== null;
  const instead = own
    ? "the limit is raised"
    : `${budget.id === "night" ? "night" : `[[budgets]] ${budget.id}`}.${cap} is raised and the server restarted`;
  const next = reached.until === null ? "" : `the next ${budget.period} begins, or when `;
  return {
    code: "budget",
    message: `${why} It goes on when ${next}${instead}.`,
    needs: reached.until === null ? "person" : "timer",
    unblock: [
      own
        ? `harness project set ${budget.name} ${raised(reached)}`
        : budget.id === "night"
          ? "harness budget"
          : "harness budgets",
      `harness task unblock ${taskId}`,
    ],
    budget: budget.id,
  };
}

/** How a running attempt ends when such a cap is reached: at once, with its work kept. */
export function stopBy(reached: Reached, taskId: string): AttemptEnd {
  const reason = { ...budgetReason(reached, taskId), until: null };
  return {
    type: "waiting",
    reason,
    ...(reached.until === null ? {} : { until: reached.until }),
    urgent: true,
  };
}

/** The option that doubles a cap, or what was used of it; a dollar cap that nobody can hold is taken away. */
function raised({ cap, budget, used, why }: Reached): string {
  const flag = `night-${cap.replaceAll("_", "-")}`;
  if (why.includes("does not report costs")) return `--no-${flag}`;
  return `--${flag} ${doubled(budget.caps[cap] ?? 1, used)}`;
}
