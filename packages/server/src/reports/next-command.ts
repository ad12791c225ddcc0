import { shellWord } from "@harness/protocol";
import type { TaskRecord } from "../tasks/index.ts";

/** Takes finished work into a branch. */
export function acceptCommand(taskId: string, branch: string): string {
  return `harness task accept ${taskId} --into ${shellWord(branch)}`;
}

/** Asks for finished work to be fitted to a branch again. */
export function fitCommand(taskId: string, branch: string): string {
  return `harness task revise ${taskId} ${shellWord(`Resolve the conflicts with ${branch}`)}`;
}

/**
 * Tries an ended task again; one that ran into its own cap with twice the cap, or it would end at once. A dollar cap
 * nobody can hold, because the agent does not report costs, is taken away.
 */
export function retryCommand(task: Pick<TaskRecord, "id" | "status" | "limits" | Used>): string {
  const retry = `harness task retry ${task.id}`;
  if (task.status !== "budget_exhausted") return retry;
  const { max_turns, max_tokens, max_wall_secs, max_budget_usd } = task.limits;
  const tokens = task.input_tokens + task.output_tokens;
  const secs = task.wall_ms / 1000;
  if (max_turns !== null && task.turns >= max_turns)
    return `${retry} --max-turns ${Math.min(1000, beyond(max_turns, task.turns))}`;
  if (max_tokens !== null && tokens >= max_tokens)
    return `${retry} --max-tokens ${beyond(max_tokens, tokens)}`;
  if (max_wall_secs !== null && secs >= max_wall_secs)
    return `${retry} --max-wall-secs ${Math.min(31_536_000, beyond(max_wall_secs, secs))}`;
  if (max_budget_usd !== null && task.cost_unknown) return `${retry} --no-max-budget-usd`;
  return max_budget_usd === null
    ? retry
    : `${retry} --max-budget-usd ${beyond(max_budget_usd, task.cost_usd)}`;
}

/** Twice the cap, or as many times of it as lie beyond what was used already. */
function beyond(cap: number, used: number): number {
  return Math.round(cap * Math.max(2, Math.floor(used / cap) + 1) * 1e6) / 1e6;
}

type Used = "turns" | "input_tokens" | "output_tokens" | "wall_ms" | "cost_usd" | "cost_unknown";
