import type { StreamItem, TaskStatus } from "@harness/protocol";
import type { Client } from "./connection.ts";
import { isTerminal } from "./terminal/words.ts";

/** How to follow a task. */
interface Following {
  readonly task_id: string;
  /** Called with everything that happens, in order. */
  readonly onItem: (item: StreamItem) => void;
  /** Ends the following early; the status is then the last one known. */
  readonly signal: AbortSignal;
  /** Stop as soon as only a person can make the task go on. */
  readonly untilWaiting: boolean;
}

/**
 * Follows a task until it ends (or waits for a person, when asked to) and answers its status. The client resumes
 * the stream after a lost connection; a stream that ends without the task having ended is followed up by asking.
 */
export async function followTask(client: Client, following: Following): Promise<TaskStatus> {
  const { task_id, onItem, signal, untilWaiting } = following;
  try {
    for await (const item of client.stream("task", { task_id }, { signal })) {
      onItem(item);
      if (item.type === "done") return item.status;
      if (!untilWaiting || item.type !== "event" || item.event !== "task.waiting") continue;
      const { status, block_reason } = await client.call("task/get", { task_id });
      if (status === "waiting" && block_reason?.needs === "person") return status;
      if (isTerminal(status)) return status;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return (await client.call("task/get", { task_id })).status;
}
