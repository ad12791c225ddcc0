import { shellWord } from "@harness/protocol";
import { doubled } from "../budgets/index.ts";
import type { TaskRecord } from "../tasks/index.ts";

/** Takes finished work into a branch. */
export function acceptCommand(taskId: string, branch: string): string {
  return `harness task accept ${taskId} --into ${shellWord(branch)}`;
}

/** Says that an agent's account works again. */
export function resumeCommand(agent: string): string {
  return `harness agent resume ${shellWord(agent)}`;
}

/** Asks for finished work to be fitted to a branch again. */
export function fitCommand(taskId: string, branch: string): string {
  return `harness task revise ${taskId} ${shellWord(`Resolve the conflicts with ${branch}`)}`;
}

/** What a person is offered in place of a dollar cap that nobody can hold, where the task has no cap on tokens yet. */
const TOKENS_INSTEAD = 1_000_000;

/**
 * Tries an ended task again; one that ran into its own caps with twice of each that is reached, or it would end at
 * once. A dollar cap that cannot be held, because the agent reports no costs, gives way to one on tokens.
 */
export function retryCommand(task: Pick<TaskRecord, "id" | "status" | "limits"> & Used): string {
  const words = ["harness task retry", task.id];
  if (task.status !== "budget_exhausted") return words.join(" ");
  const { max_turns, max_tokens, max_wall_secs, max_budget_usd } = task.limits;
  const tokens = task.input_tokens + task.output_tokens;
  if (max_turns !== null && task.turns >= max_turns)
    words.push(twice("max-turns", max_turns, task.turns, 1000));
  if (max_tokens !== null && tokens >= max_tokens) words.push(twice("max-tokens", max_tokens, tokens, 1e12));
  if (max_wall_secs !== null && task.wall_ms >= max_wall_secs * 1000)
    words.push(twice("max-wall-secs", max_wall_secs, Math.ceil(task.wall_ms / 1000), 31_536_000));
  if (max_budget_usd === null) return words.join(" ");
  if (task.cost_unknown) {
    words.push("--no-max-budget-usd");
    if (max_tokens === null) words.push(`--max-tokens ${Math.max(TOKENS_INSTEAD, tokens * 2)}`);
  } else if (task.cost_usd >= max_budget_usd || words.length === 2)
    words.push(twice("max-budget-usd", max_budget_usd, task.cost_usd, 1_000_000));
  return words.join(" ");
}

/** The option that doubles a cap, or what was used of it; it takes the cap away where the double would be refused. */
function twice(option: string, cap: number, used: number, most: number): string {
  const next = doubled(cap, used);
  return next > most ? `--no-${option}` : `--${option} ${next}`;
}

type Used = Pick<
  TaskRecord,
  "turns" | "input_tokens" | "output_tokens" | "wall_ms" | "cost_usd" | "cost_unknown"
>;
