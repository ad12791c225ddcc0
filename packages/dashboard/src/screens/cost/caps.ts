import type { BudgetState } from "@harness/protocol";
import { count, duration, money } from "../../ui/index.ts";

/** One cap of a budget, in words. */
export interface CapWords {
  readonly name: string;
  readonly used: string;
  readonly cap: string;
  readonly left: string;
}

/** The caps a budget has, each with what was used of it and what is left; what nobody knows is said so. */
export function capsOf({ caps, spent, left }: Pick<BudgetState, "caps" | "spent" | "left">): CapWords[] {
  const line = (
    name: string,
    cap: number | null,
    used: number | null,
    rest: number | null,
    say: (value: number) => string,
  ): CapWords[] =>
    cap === null
      ? []
      : [
          {
            name,
            cap: say(cap),
            used: used === null ? "unknown" : say(used),
            left: rest === null ? "what is left is unknown" : `${say(rest)} left`,
          },
        ];
  return [
    ...line("money", caps.max_budget_usd, spent.cost_usd, left.usd, money),
    ...line("tokens", caps.max_tokens, spent.total_tokens, left.tokens, count),
    ...line(
      "time",
      caps.max_wall_secs === null ? null : caps.max_wall_secs * 1_000,
      spent.wall_ms,
      left.wall_ms,
      duration,
    ),
    ...line("turns", caps.max_turns, spent.turns, left.turns, count),
    ...line("attempts", caps.max_attempts, spent.attempts, left.attempts, count),
  ];
}
