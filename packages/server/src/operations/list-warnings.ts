import type { ListWarning } from "@harness/protocol";
import type { OperationsDeps } from "./deps.ts";
import { agentOf } from "./list-preview.ts";
import type { ResolvedItem } from "./list-resolve.ts";
import { limitsOf } from "./task-submit.ts";

/** Items with a cap of dollars for agents that never say what they cost: known in the evening, not found out at night. */
export function costWarnings(deps: OperationsDeps, items: readonly ResolvedItem[]): ListWarning[] {
  const byAgent = new Map<string, number[]>();
  for (const { item, resolved } of items) {
    if (limitsOf(deps, resolved.request).max_budget_usd === null) continue;
    for (const name of namedAgents(deps, resolved)) {
      const agent = deps.agents.get(name);
      if (agent === undefined || agent.reports_cost) continue;
      byAgent.set(name, [...(byAgent.get(name) ?? []), item.number]);
    }
  }
  return [...byAgent].map(([name, numbers]) => ({
    items: numbers,
    message: `${name} does not report costs: a task with a limit in dollars ends where ${name} has worked on it. Limit its tokens instead.`,
  }));
}

/** The agents that are named for a task; who else may take part is not known before it begins. */
function namedAgents(deps: OperationsDeps, resolved: ResolvedItem["resolved"]): ReadonlySet<string> {
  const { review } = resolved.project.settings;
  const reviewer = review.enabled ? (resolved.request.reviewer ?? review.reviewer_agent) : null;
  return new Set([agentOf(deps, resolved), ...(reviewer ? [reviewer] : [])]);
}
