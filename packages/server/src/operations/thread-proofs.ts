import type { ThreadProof } from "@harness/protocol";
import { findTask, type TaskRecord } from "../tasks/index.ts";
import type { OperationsDeps } from "./deps.ts";

type Deps = Pick<OperationsDeps, "log" | "storage">;

/** The tasks that prove checkpoints of a thread, the newest last. */
export async function provingTasks({ log, storage }: Deps, thread_id: string): Promise<TaskRecord[]> {
  const asked = await log.read({ afterSeq: 0, filter: { thread_id, types: ["thread.proof_requested"] } });
  const tasks = await Promise.all(asked.map(({ task_id }) => findTask(storage.reader, task_id ?? "")));
  return tasks.filter((task) => task !== undefined);
}

/** What they prove, and how they stand. */
export async function proofsOf(deps: Deps, thread_id: string): Promise<ThreadProof[]> {
  const tasks = await provingTasks(deps, thread_id);
  return tasks.flatMap(({ id, request: { proves }, status, branch }) => {
    if (!proves) return [];
    const { turn_id, checkpoint } = proves;
    return [{ task_id: id, turn_id, checkpoint, status, branch }];
  });
}
