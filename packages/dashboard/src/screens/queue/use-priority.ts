import type { Task } from "@harness/protocol";
import { useState } from "react";
import { useAct, useLive } from "../../live/index.ts";

/** The highest priority there is. */
export const MOST_PRIORITY = 2;

/** Changing the priority of a task: shown at once, put back when the server refuses. */
export function usePriority(): {
  readonly set: (task: Task, priority: number) => void;
  readonly error: Error | null;
} {
  const { tasks } = useLive();
  const { mutateAsync } = useAct("task/prioritize");
  const [error, setError] = useState<Error | null>(null);
  const set = async ({ id }: Task, priority: number) => {
    tasks.assume(id, { priority });
    try {
      await mutateAsync({ task_id: id, priority });
      setError(null);
    } catch (refused) {
      setError(refused as Error);
      tasks.reread(id);
    }
  };
  return { set: (task, priority) => void set(task, priority), error };
}
