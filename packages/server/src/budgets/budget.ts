/** What a task may use in all, over every attempt and retry. Null means no limit. */
export interface Budget {
  readonly max_budget_usd: number | null;
  readonly max_tokens: number | null;
  readonly max_turns: number | null;
}

/** What it has used. `cost_usd` is null when a turn's cost is unknown. */
export interface Spent {
  readonly total_tokens: number;
  readonly cost_usd: number | null;
  readonly turns: number;
}

/**
 * The limit that is reached, in a sentence, or undefined. Asked before every turn and on every usage report. A
 * dollar limit cannot be held when costs are unknown, so unknown cost stops a task that has one: never over budget.
 */
export function exhausted(budget: Budget, spent: Spent): string | undefined {
  const { max_budget_usd, max_tokens, max_turns } = budget;
  if (max_turns !== null && spent.turns >= max_turns) return `It has used its ${max_turns} agent turns.`;
  if (max_tokens !== null && spent.total_tokens >= max_tokens)
    return `It has used ${spent.total_tokens} of ${max_tokens} tokens.`;
  if (max_budget_usd === null) return undefined;
  if (spent.cost_usd === null)
    return `It has a limit of $${max_budget_usd}, and the agent does not report costs. Limit its tokens instead.`;
  return spent.cost_usd >= max_budget_usd
    ? `It has used $${spent.cost_usd.toFixed(4)} of $${max_budget_usd}.`
    : undefined;
}

/** Dollars a further turn may cost, for agents that can hold a limit themselves. */
export function remainingUsd(budget: Budget, spent: Spent): number | undefined {
  if (budget.max_budget_usd === null || spent.cost_usd === null) return undefined;
  return Math.max(0, budget.max_budget_usd - spent.cost_usd);
}
