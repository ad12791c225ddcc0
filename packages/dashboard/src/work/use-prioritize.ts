import type { Task } from "@harness/protocol";
import { useState } from "react";
import { useLive } from "../live/index.ts";
import { priorityWords } from "./priority.tsx";
import { isOver } from "./standing.ts";

/** Changing priorities: seen at once, put back when the server refuses. */
export interface Prioritize {
  readonly set: (tasks: readonly Task[], priority: number) => void;
  readonly refused: unknown;
  readonly forget: () => void;
}

/** How a screen changes priorities. */
export function usePrioritize(): Prioritize {
  const { client, tasks: store } = useLive();
  const [refused, setRefused] = useState<unknown>(null);
  const change = async (task: Task, priority: number) => {
    store.assume(task.id, { priority });
    try {
      await client.call("task/prioritize", { task_id: task.id, priority });
    } catch (error) {
      store.assume(task.id, { priority: task.priority });
      setRefused(error);
    }
    store.reread(task.id);
  };
  return {
    set: (tasks, priority) => {
      setRefused(null);
      for (const task of tasks)
        if (!isOver(task) && task.priority !== priority && priority in priorityWords)
          void change(task, priority);
    },
    refused,
    forget: () => setRefused(null),
  };
}
