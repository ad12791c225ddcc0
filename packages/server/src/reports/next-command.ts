import type { TaskRecord } from "../tasks/index.ts";

/** A word of a command line as a shell reads it, whatever it holds. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Takes finished work into a branch. */
export function acceptCommand(taskId: string, branch: string): string {
  return `harness task accept ${taskId} --into ${shellWord(branch)}`;
}

/** Asks for finished work to be fitted to a branch again. */
export function fitCommand(taskId: string, branch: string): string {
  return `harness task revise ${taskId} ${shellWord(`Resolve the conflicts with ${branch}`)}`;
}

/** Tries an ended task again; one that ran into its own cap with twice the cap, or it would end at once. */
export function retryCommand(task: Pick<TaskRecord, "id" | "status" | "limits" | "turns"> & Used): string {
  const retry = `harness task retry ${task.id}`;
  if (task.status !== "budget_exhausted") return retry;
  const { max_turns, max_tokens, max_budget_usd } = task.limits;
  if (max_turns !== null && task.turns >= max_turns) return `${retry} --max-turns ${max_turns * 2}`;
  if (max_tokens !== null && task.input_tokens + task.output_tokens >= max_tokens)
    return `${retry} --max-tokens ${max_tokens * 2}`;
  return max_budget_usd === null ? retry : `${retry} --max-budget-usd ${max_budget_usd * 2}`;
}

type Used = Pick<TaskRecord, "input_tokens" | "output_tokens">;
