import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { useLive } from "../../../live/index.ts";
import { PlainText } from "../../../ui/index.ts";
import { Composer, isOver, type Sending, StopTurn } from "../../../work/index.ts";
import { mayRevise } from "../task-buttons.tsx";

/** Where a person says something to the work: to the turn that runs, to the next round, or as a new round. */
export function TaskComposer({ task }: { readonly task: TaskDetail }): ReactNode {
  const { client } = useLive();
  const tell: Sending = {
    name: "Tell the agent",
    hint: "Steers the turn that runs; without one the next round hears it",
    run: (guidance) => client.call("task/intervene", { task_id: task.id, guidance }),
  };
  const revise: Sending = {
    name: "Request changes",
    hint: "A new round goes on from the work as it stands",
    run: (prompt) => client.call("task/revise", { task_id: task.id, prompt }),
  };
  const ways = waysFor(task, tell, revise);
  if (ways === null) return null;
  const running = task.turns.findLast(({ status }) => status === "running");
  return (
    <>
      <Unheard task={task} />
      <Composer
        draft={`task.${task.id}`}
        label="Say something to the agent"
        placeholder="What the agent should know or do. @ names a file of the project."
        project={task.project_id}
        ways={ways}
      >
        {running && (
          <StopTurn turn_id={running.id} keeps="the task waits for you and what was done so far is kept" />
        )}
      </Composer>
    </>
  );
}

function waysFor(task: TaskDetail, tell: Sending, revise: Sending): readonly [Sending, Sending?] | null {
  const revisable = mayRevise(task);
  if (isOver(task)) return revisable ? [revise] : null;
  if (task.status === "publishing") return null;
  return revisable ? [tell, revise] : [tell];
}

/** What was said and not heard yet. */
function Unheard({ task }: { readonly task: TaskDetail }): ReactNode {
  const waiting = task.interventions.filter(({ delivered }) => delivered === null);
  if (waiting.length === 0 || isOver(task)) return null;
  return (
    <section aria-label="Not heard yet" className="flex flex-col gap-1">
      <h2 className="text-sm font-semibold text-muted">Said, heard with the next round</h2>
      <ul className="flex flex-col gap-1">
        {waiting.map(({ number, guidance }) => (
          <li key={number} className="truncate rounded border bg-sunken px-2 py-1">
            <PlainText text={guidance} />
          </li>
        ))}
      </ul>
    </section>
  );
}
