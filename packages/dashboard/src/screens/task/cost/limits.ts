import type { TaskDetail } from "@harness/protocol";
import { count, duration, money } from "../../../ui/index.ts";

/** What was used against one limit. */
export interface LimitLine {
  readonly name: string;
  readonly used: string;
  /** The limit; null: there is none. */
  readonly limit: string | null;
  /** What is left; null where there is no limit, or nobody knows what was used. */
  readonly left: string | null;
  /** The used share, at most 1; null like `left`. */
  readonly share: number | null;
}

/** What a task used against each of its limits. Unknown is unknown, never nothing. */
export function limitLines({ limits, spent }: Pick<TaskDetail, "limits" | "spent">): LimitLine[] {
  const wall_limit = limits.max_wall_secs === null ? null : limits.max_wall_secs * 1_000;
  return [
    line("Cost", spent.cost_usd, limits.max_budget_usd, money),
    line("Tokens", spent.total_tokens, limits.max_tokens, count),
    line("Time", spent.wall_ms, wall_limit, duration),
    line("Turns", spent.turns, limits.max_turns, String),
    line("Attempts", spent.attempts, limits.max_attempts, String),
  ];
}

function line(
  name: string,
  used: number | null,
  limit: number | null,
  shown: (n: number) => string,
): LimitLine {
  const known = used !== null && limit !== null;
  return {
    name,
    used: used === null ? "unknown" : shown(used),
    limit: limit === null ? null : shown(limit),
    left: known ? shown(Math.max(0, limit - used)) : null,
    share: known && limit > 0 ? Math.min(1, used / limit) : null,
  };
}
