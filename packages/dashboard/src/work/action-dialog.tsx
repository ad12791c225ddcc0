import type { Task } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { useLive } from "../live/index.ts";
import { Button, Dialog, Problem, visibleText } from "../ui/index.ts";
import type { TaskAction } from "./actions.ts";

/** Calls to the server at the same time: a selection of hundreds is no flood. */
const AT_ONCE = 4;

/** What became of one task. */
interface Outcome {
  readonly task: Task;
  readonly said: string | null;
  readonly error: unknown;
}

interface Started {
  readonly action: TaskAction;
  readonly tasks: readonly Task[];
  readonly state: "asking" | "running" | "over";
  readonly outcomes: readonly Outcome[];
}

/** Doing something with tasks: `start` asks first where it must, `dialog` is what it asks and what came of it. */
export interface TaskActionRun {
  readonly start: (action: TaskAction, tasks: readonly Task[]) => void;
  readonly dialog: ReactNode;
}

/** How a screen does something with tasks; it shows the dialog somewhere. `onDone` is told of tasks that all took it. */
export function useTaskActions(onDone?: (tasks: readonly Task[]) => void): TaskActionRun {
  const { client, tasks: store } = useLive();
  const [started, setStarted] = useState<Started | null>(null);
  const run = async (action: TaskAction, tasks: readonly Task[]) => {
    const running: Started = { action, tasks, state: "running", outcomes: [] };
    // What asks nothing shows itself only when there is something to say.
    if (action.confirm !== undefined) setStarted(running);
    const outcomes: Outcome[] = [];
    const left = [...tasks];
    const worker = async () => {
      for (let task = left.shift(); task !== undefined; task = left.shift()) {
        const outcome = await doOne(action, task);
        outcomes.push(outcome);
        store.reread(task.id);
      }
    };
    const doOne = async (what: TaskAction, task: Task): Promise<Outcome> => {
      try {
        return { task, said: await what.run(client, task), error: null };
      } catch (error) {
        return { task, said: null, error };
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    const quiet = outcomes.every(({ said, error }) => said === null && error === null);
    setStarted(quiet ? null : { ...running, state: "over", outcomes });
    if (outcomes.every(({ error }) => error === null)) onDone?.(tasks);
  };
  return {
    start: (action, tasks) => {
      if (action.confirm === undefined) void run(action, tasks);
      else setStarted({ action, tasks, state: "asking", outcomes: [] });
    },
    dialog: started && (
      <ActionDialog
        started={started}
        onRun={() => void run(started.action, started.tasks)}
        onClose={() => setStarted(null)}
      />
    ),
  };
}

/** Tasks the dialog names; the rest are counted. */
const MOST_NAMED = 8;

function ActionDialog({
  started: { action, tasks, state, outcomes },
  onRun,
  onClose,
}: {
  readonly started: Started;
  readonly onRun: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const many = tasks.length === 1 ? "1 task" : `${tasks.length} tasks`;
  if (state === "over")
    return (
      <Dialog title={`${action.title}: ${many}`} onClose={onClose}>
        <ul className="flex flex-col gap-2">
          {outcomes
            .filter(({ said, error }) => said !== null || error !== null)
            .map(({ task, said, error }) => (
              <li key={task.id} className="flex flex-col gap-1">
                <span className="font-medium break-words">{visibleText(task.title)}</span>
                {error === null ? (
                  <span className="break-words">{visibleText(said ?? "")}</span>
                ) : (
                  <Problem error={error} />
                )}
              </li>
            ))}
        </ul>
        <div className="mt-4 flex justify-end">
          <Button look="primary" onClick={onClose}>
            Close
          </Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={`${action.title} ${many}?`} onClose={onClose}>
      <p>{action.confirm}</p>
      <ul className="my-3 list-disc pl-5">
        {tasks.slice(0, MOST_NAMED).map((task) => (
          <li key={task.id} className="break-words">
            {visibleText(task.title)}
          </li>
        ))}
        {tasks.length > MOST_NAMED && <li>and {tasks.length - MOST_NAMED} more</li>}
      </ul>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Leave it as it is</Button>
        <Button
          look={action.destroys ? "danger" : "primary"}
          data-first-focus
          busy={state === "running"}
          onClick={onRun}
        >
          {action.title} {many}
        </Button>
      </div>
    </Dialog>
  );
}
