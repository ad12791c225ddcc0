import type { ThreadProof } from "@harness/protocol";
import { findTask } from "../tasks/index.ts";
import type { OperationsDeps } from "./deps.ts";

/** The tasks that prove checkpoints of a thread, the newest last. */
export async function proofsOf(
  { log, storage }: Pick<OperationsDeps, "log" | "storage">,
  thread_id: string,
): Promise<ThreadProof[]> {
  const asked = await log.read({ afterSeq: 0, filter: { thread_id, types: ["thread.proof_requested"] } });
  const tasks = await Promise.all(asked.map(({ task_id }) => findTask(storage.reader, task_id ?? "")));
  return tasks.flatMap((task) => {
    const proves = task?.request.proves;
    if (!task || !proves) return [];
    const { turn_id, checkpoint } = proves;
    return [{ task_id: task.id, turn_id, checkpoint, status: task.status, branch: task.branch }];
  });
}
