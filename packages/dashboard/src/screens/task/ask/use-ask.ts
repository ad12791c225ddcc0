import type { TaskDetail } from "@harness/protocol";
import { useAct } from "../../../live/index.ts";
import { isRunning } from "../../../work/index.ts";

/** How a person has work changed. */
export interface Ask {
  /** What becomes of the words. */
  readonly hint: string;
  /** Why nothing can be asked now; null when it can. */
  readonly refused: string | null;
  readonly busy: boolean;
  readonly error: unknown;
  /** Sends the words; calls back when they were taken. */
  readonly send: (text: string, taken: () => void) => void;
}

/** Asks for a change by what the task allows now: a revision of work that stands still, a word to work that goes on. */
export function useAsk(task: TaskDetail): Ask {
  const revise = useAct("task/revise");
  const intervene = useAct("task/intervene");
  const goesOn = isRunning(task) || task.status === "queued" || hasNotBegun(task);
  const act = goesOn ? intervene : revise;
  return {
    hint: goesOn
      ? "The agent hears it in its turn, or with the next one."
      : "The task goes on from this work; it is proven and reviewed anew.",
    refused: refusal(task),
    busy: act.isPending,
    error: act.error,
    send: (text, taken) => {
      if (goesOn) intervene.mutate({ task_id: task.id, guidance: text }, { onSuccess: taken });
      else revise.mutate({ task_id: task.id, prompt: text }, { onSuccess: taken });
    },
  };
}

/** A task that waits before its first work hears what is said, but has nothing to revise. */
function hasNotBegun({ status, head_sha }: TaskDetail): boolean {
  return status === "waiting" && head_sha === null;
}

function refusal({ status, discarded_at }: TaskDetail): string | null {
  if (discarded_at !== null) return "Its work was discarded.";
  return status === "publishing" ? "Its work is being published. Ask once it is done." : null;
}
