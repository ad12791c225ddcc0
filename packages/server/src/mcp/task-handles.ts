import { Task, TaskDetail } from "@harness/protocol";
import type { Server, ServerContext } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Read } from "./resources.ts";
import { toolResult } from "./tool-result.ts";

/** The extension by which a host takes a handle instead of holding a call open (modelcontextprotocol/ext-tasks, 2026-07-28). */
export const TASKS_EXTENSION = "io.modelcontextprotocol/tasks";

/** How often a host is told to ask (milliseconds). */
const POLL_MS = 2_000;

const Capable = z.object({
  "io.modelcontextprotocol/clientCapabilities": z.object({
    extensions: z.object({ [TASKS_EXTENSION]: z.looseObject({}) }),
  }),
});

const OnTask = z.looseObject({ taskId: z.string() });

/** Whether the host said, with this very request, that it takes handles. */
export function takesHandles({ mcpReq }: ServerContext): boolean {
  return Capable.safeParse(mcpReq.envelope).success;
}

/**
 * The handle of a task: its own id. Nothing is kept for it here, so it is good after a restart too, and for every
 * host whose token may read.
 */
export async function handleOf(read: Read, task_id: string): Promise<Record<string, unknown>> {
  const { status, result: _result, ...about } = await stateOf(read, task_id);
  return { resultType: "task", status, ...about };
}

/** Serves `tasks/get` and `tasks/cancel`: cancelling a handle stops the task. */
export function serveTaskHandles(server: Server, read: Read, refuse: (error: unknown) => never): void {
  server.setRequestHandler("tasks/get", { params: OnTask }, ({ taskId }) =>
    stateOf(read, taskId).catch(refuse),
  );
  server.setRequestHandler("tasks/cancel", { params: OnTask }, async ({ taskId }) => {
    await read("task/cancel", { task_id: taskId, reason: "cancelled by its agent host" }).catch(refuse);
    return {};
  });
}

/** How a task stands, in the words of the extension. One that needs a person is still working, and says what it needs. */
async function stateOf(read: Read, task_id: string): Promise<Record<string, unknown>> {
  const task = TaskDetail.parse(await read("task/get", { task_id }));
  const about = {
    taskId: task.id,
    createdAt: task.created_at,
    lastUpdatedAt: task.updated_at,
    ttlMs: null,
    pollIntervalMs: POLL_MS,
  };
  switch (task.status) {
    case "cancelled":
      return { ...about, status: "cancelled" };
    case "done":
    case "no_change":
    case "failed":
    case "budget_exhausted":
      return {
        ...about,
        status: "completed",
        result: toolResult({ settled: true, task: Task.parse(task), approvals: [] }),
      };
    default:
      return { ...about, status: "working", statusMessage: task.block_reason?.message ?? task.status };
  }
}
