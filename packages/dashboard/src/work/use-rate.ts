import type { Task } from "@harness/protocol";
import { useAct } from "../live/index.ts";

/** Giving a task a thumb with a comment if there is one, or taking it back. */
export interface Rate {
  readonly send: (value: "up" | "down" | null, comment: string, onSuccess?: () => void) => void;
  readonly busy: boolean;
  readonly error: Error | null;
}

/** How a person's judgement of a task is sent. */
export function useRate({ id }: Pick<Task, "id">): Rate {
  const rate = useAct("task/rate");
  return {
    send: (rating, comment, onSuccess) => {
      const words = rating === null ? "" : comment.trim();
      rate.mutate(
        { task_id: id, rating, ...(words === "" ? {} : { comment: words }) },
        onSuccess === undefined ? {} : { onSuccess },
      );
    },
    busy: rate.isPending,
    error: rate.error,
  };
}
