import { Approval, Task, TaskDetail, TaskId, terminalStatuses } from "@harness/protocol";
import { z } from "zod";
import { type FollowDeps, follow } from "./follow.ts";
import { parseGiven } from "./parse-given.ts";
import type { Read } from "./resources.ts";
import { inputSchema, outputSchema } from "./tool-schemas.ts";

/** Seconds a call waits unless told: below the minute after which many hosts give up on a tool. */
const WAIT_SECS = 45;

const Params = z.strictObject({
  task_id: TaskId,
  timeout_secs: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .optional()
    .meta({ description: `Longest wait in seconds, ${WAIT_SECS} unless told; call again to go on waiting` }),
  until: z.enum(["settled", "ended"]).optional().meta({
    description: "settled: it ended or needs a person; ended: it ended, whoever it needs until then",
  }),
});

const Waited = z.object({
  settled: z.boolean().meta({
    description: "True when the task ended or needs a person; false when the time was over first",
  }),
  task: Task,
  approvals: z.array(Approval).meta({ description: "What its agents ask a person now" }),
});

/** The tool that follows a task to its end. It only waits: giving up, or being cancelled, leaves the task alone. */
export const taskWaitTool = {
  name: "task_wait",
  title: "Wait for a task",
  description:
    "Wait until a task has ended or needs a person, and say how it stands; reports progress while it waits. When settled is false the time was over: call again. Cancelling the call leaves the task running; task_cancel stops it.",
  inputSchema: inputSchema(Params),
  outputSchema: outputSchema(Waited),
  execution: { taskSupport: "optional" },
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
} as const;

/** The task a call of the tool is about. */
export function taskOfWait(raw: unknown): string {
  return parseGiven(Params, raw).task_id;
}

/** Waits for a task; the events of it on the way are reported in short. Throws `task_not_found`. */
export async function waitForTask(
  raw: unknown,
  deps: FollowDeps,
  read: Read,
): Promise<z.infer<typeof Waited>> {
  const { task_id, timeout_secs = WAIT_SECS, until = "settled" } = parseGiven(Params, raw);
  const signal = AbortSignal.any([deps.signal, AbortSignal.timeout(timeout_secs * 1000)]);
  return follow(
    { ...deps, signal },
    {
      filter: { task_id },
      look: () => look(read, task_id, until),
      settled: ({ settled }) => settled,
      mayEnd: ({ type }) =>
        type === "task.ended" ||
        type === "task.waiting" ||
        type === "attempt.ended" ||
        type === "approval.requested",
    },
  );
}

async function look(read: Read, task_id: string, until: string): Promise<z.infer<typeof Waited>> {
  const task = TaskDetail.parse(await read("task/get", { task_id }));
  const { data } = z
    .object({ data: z.array(Approval) })
    .parse(await read("approval/list", { task_id, status: "pending" }));
  const over = (terminalStatuses as readonly string[]).includes(task.status);
  const live = task.attempt_history.some(({ status }) => status === "running");
  const asks = data.length > 0 || (task.status === "waiting" && task.block_reason?.needs === "person");
  return {
    settled: (over && !live) || (asks && until === "settled"),
    task: Task.parse(task),
    approvals: data,
  };
}
