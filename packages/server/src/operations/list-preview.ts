import type { ListStart, ListTask, SubmittedList } from "@harness/protocol";
import type { StartPlan, startOrder } from "../lists/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { ResolvedItem } from "./list-resolve.ts";
import { limitsOf } from "./task-submit.ts";

const ENDED_BADLY = ["failed", "cancelled", "budget_exhausted"];

/** The order in which the tasks of a list would start; the rules are handed in by who loaded them. */
export function orderOf(
  deps: Pick<OperationsDeps, "config">,
  items: readonly ResolvedItem[],
  rules: typeof startOrder,
): ListStart[] {
  return rules(items.map(planOf), deps.config.concurrency.max_concurrent_tasks);
}

function planOf({ item, resolved: { project, request }, open }: ResolvedItem): StartPlan {
  return {
    item: item.number,
    project: project.name,
    projectLimit: project.active === 1 ? project.max_concurrent : 0,
    priority: request.priority ?? 0,
    after: item.after,
    waitsFor: open.map(({ id }) => id),
    failed: open.find(({ status }) => ENDED_BADLY.includes(status))?.id,
  };
}

/** An item as the task it becomes, not stored yet. */
export function taskOf(
  deps: OperationsDeps,
  { item, resolved, open }: ResolvedItem,
  order: readonly ListStart[],
): ListTask {
  const { project, request, title } = resolved;
  const at = order.findIndex((start) => start.item === item.number && start.wave !== null);
  return {
    item: item.number,
    line: item.place.line,
    key: item.key,
    title,
    prompt: request.prompt ?? "",
    project: project.name,
    template: request.template ?? null,
    agent: agentOf(deps, resolved),
    model: request.model ?? null,
    priority: request.priority ?? 0,
    labels: request.labels ?? [],
    after: [...item.after],
    depends_on: open.map(({ id }) => id),
    order: at < 0 ? null : at + 1,
    limits: limitsShown(deps, resolved),
    task_id: null,
    status: null,
  };
}

/** What a list adds up to; a sum with an unlimited part is no sum. */
export function totalsOf(tasks: readonly ListTask[], ahead: number): SubmittedList["totals"] {
  return {
    tasks: tasks.length,
    projects: new Set(tasks.map(({ project }) => project)).size,
    max_budget_usd: sum(tasks.map(({ limits }) => limits.max_budget_usd)),
    max_tokens: sum(tasks.map(({ limits }) => limits.max_tokens)),
    ahead,
  };
}

function sum(parts: readonly (number | null)[]): number | null {
  let total = 0;
  for (const part of parts) {
    if (part === null) return null;
    total += part;
  }
  // Cents add up without the dust of binary fractions.
  return parts.length === 0 ? null : Math.round(total * 1e6) / 1e6;
}

function limitsShown(
  deps: OperationsDeps,
  { request, project }: ResolvedItem["resolved"],
): ListTask["limits"] {
  const limits = limitsOf(deps, request);
  return {
    max_budget_usd: limits.max_budget_usd,
    max_tokens: limits.max_tokens,
    max_turns: limits.max_turns,
    max_attempts: limits.max_attempts,
    max_rounds: limits.max_rounds ?? project.settings.review.max_rounds,
    max_wall_secs: limits.max_wall_secs,
    turn_timeout_secs: limits.turn_timeout_ms / 1000,
    no_progress_turns: limits.no_progress_turns,
    same_failure_times: limits.same_failure_times,
    max_wait_secs: limits.max_wait_ms / 1000,
  };
}

/** The agent asked for, else the project's, else the server's; auto is decided when the work begins. */
export function agentOf(
  deps: Pick<OperationsDeps, "config">,
  { request, project }: ResolvedItem["resolved"],
): string {
  const wishes = [request.agent, project.settings.agent, deps.config.agents.default_agent];
  return wishes.find((name) => name !== undefined && name !== "auto") ?? "auto";
}
