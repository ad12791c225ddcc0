import { type Event, HarnessError, Task, TaskDetail, TaskId, terminalStatuses } from "@harness/protocol";
import { z } from "zod";
import type { Feeds } from "../events/index.ts";
import { progressOf } from "./progress.ts";
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
});

const Waited = z.object({
  settled: z.boolean().meta({
    description: "True when the task ended or waits for a person; false when the time was over first",
  }),
  task: Task,
});

/** The tool that follows a task to its end. It only waits: giving up, or being cancelled, leaves the task alone. */
export const taskWaitTool = {
  name: "task_wait",
  title: "Wait for a task",
  description:
    "Wait until a task has ended or needs a person, and say how it stands; reports progress while it waits. When settled is false the time was over: call again. Cancelling the call leaves the task running; task_cancel stops it.",
  inputSchema: inputSchema(Params),
  outputSchema: outputSchema(Waited),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
} as const;

/** What waiting works with. */
export interface WaitDeps {
  readonly feeds: Pick<Feeds, "open">;
  /** The task as its reader may see it; throws `task_not_found`. */
  readonly taskOf: (task_id: string) => Promise<unknown>;
  /** Aborted when the host cancels or goes away, or the server closes. */
  readonly signal: AbortSignal;
  readonly report: (message: string) => Promise<void>;
}

/** Waits for a task; the events of it on the way are reported in short. */
export async function waitForTask(raw: unknown, deps: WaitDeps): Promise<z.infer<typeof Waited>> {
  const { task_id, timeout_secs = WAIT_SECS } = parse(raw);
  const signal = AbortSignal.any([deps.signal, AbortSignal.timeout(timeout_secs * 1000)]);
  const opened = deps.feeds.open({ task_id }, "head");
  if (opened.status !== "ok") throw new HarnessError("overloaded", "The log of events cannot be read.");
  const { cursor } = opened;
  try {
    let found = await look(deps, task_id);
    while (!found.settled && !signal.aborted) {
      const frames = await cursor.take();
      if (frames.length === 0) await cursor.wait(signal);
      for (const message of latest(frames.map(({ event }) => event))) await deps.report(message);
      if (frames.some(({ event }) => mayEndWait(event))) found = await look(deps, task_id);
    }
    return found;
  } finally {
    cursor.close();
  }
}

async function look(deps: WaitDeps, task_id: string): Promise<z.infer<typeof Waited>> {
  const task = TaskDetail.parse(await deps.taskOf(task_id));
  const ended = (terminalStatuses as readonly string[]).includes(task.status);
  const live = task.attempt_history.some(({ status }) => status === "running");
  const asks = task.status === "waiting" && task.block_reason?.needs === "person";
  return { settled: (ended && !live) || asks, task: Task.parse(task) };
}

/** Whether an event can have brought a task to where it waits for nobody but a person. */
function mayEndWait({ type }: Event): boolean {
  return type === "task.ended" || type === "task.waiting" || type === "attempt.ended";
}

/** What is worth telling of events that came together: each change of stage, and the last of the many small things. */
function latest(events: readonly Event[]): string[] {
  const told = events.flatMap((event) => progressOf(event) ?? []);
  const small = told.findLastIndex(({ small: one }) => one);
  return told.filter(({ small: one }, at) => !one || at === small).map(({ text }) => text);
}

function parse(raw: unknown): z.infer<typeof Params> {
  const parsed = Params.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const field = issue.code === "unrecognized_keys" ? issue.keys[0]! : issue.path.map(String).join(".");
  throw new HarnessError("invalid_params", `${field}: ${issue.message}.`, { field, expected: issue.message });
}
