import { Item, Task, TaskDetail, TaskId, Turn } from "@harness/protocol";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { z } from "zod";
import { followTurn, turnResult } from "./conversation-tools.ts";
import type { FollowDeps } from "./follow.ts";
import type { Read } from "./resources.ts";
import { waitForTask } from "./task-wait.ts";
import { toolResult } from "./tool-result.ts";

/** How what a long tool waits for stands, in the words both revisions have for it. */
export interface Standing {
  /** The id of the task or the turn itself. */
  readonly taskId: string;
  readonly status: "working" | "completed" | "cancelled";
  readonly statusMessage?: string;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  /** What the tool answers, once it is over. */
  readonly result?: CallToolResult;
}

const TurnNow = Turn.extend({ items: z.array(Item) });

/** How a task or a turn stands. One that needs a person is still working, and says what it needs. */
export async function standingOf(read: Read, id: string): Promise<Standing> {
  return isTask(id)
    ? standingOfTask(TaskDetail.parse(await read("task/get", { task_id: id })))
    : standingOfTurn(read, TurnNow.parse(await read("turn/status", { turn_id: id })));
}

/** Waits for its end, however long that takes; giving up leaves it alone. */
export async function endOf(read: Read, id: string, deps: FollowDeps): Promise<CallToolResult> {
  if (!isTask(id)) return followTurn(read, id, deps, ["running", "waiting"]);
  return toolResult(await waitForTask({ task_id: id, until: "ended", timeout_secs: 86_400 }, deps, read));
}

/** Stops it. */
export async function stopWork(read: Read, id: string): Promise<void> {
  if (isTask(id)) await read("task/cancel", { task_id: id, reason: "cancelled by its agent host" });
  else await read("turn/cancel", { turn_id: id });
}

/** How a task stands, also in a list of many. */
export function standingOfTask(task: Task | TaskDetail): Standing {
  const about = { taskId: task.id, createdAt: task.created_at, lastUpdatedAt: task.updated_at };
  switch (task.status) {
    case "cancelled":
      return { ...about, status: "cancelled" };
    case "done":
    case "no_change":
    case "failed":
    case "budget_exhausted": {
      const result = toolResult({ settled: true, task: Task.parse(task), approvals: [] });
      return { ...about, status: "completed", result };
    }
    default:
      return { ...about, status: "working", statusMessage: task.block_reason?.message ?? task.status };
  }
}

async function standingOfTurn(read: Read, turn: z.infer<typeof TurnNow>): Promise<Standing> {
  const { id: taskId, started_at: createdAt, ended_at } = turn;
  const about = { taskId, createdAt, lastUpdatedAt: ended_at ?? createdAt };
  switch (turn.status) {
    case "cancelled":
      return { ...about, status: "cancelled" };
    case "completed":
    case "failed":
      return { ...about, status: "completed", result: await turnResult(read, turn) };
    case "waiting":
      return { ...about, status: "working", statusMessage: "A person is asked: see approval_list." };
    case "running":
      return { ...about, status: "working", statusMessage: `${turn.agent} works` };
  }
}

function isTask(id: string): boolean {
  return TaskId.safeParse(id).success;
}
