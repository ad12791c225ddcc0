import type { TaskDetail, Thread } from "@harness/protocol";
import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useRead } from "../../../live/index.ts";
import { Dot, Empty, Loaded, visibleText } from "../../../ui/index.ts";
import { isOver } from "../../../work/index.ts";
import { OtherQuestions } from "./other-questions.tsx";
import { TaskComposer } from "./task-composer.tsx";
import { TaskThread } from "./task-thread.tsx";

const route = getRouteApi("/ui/tasks/$taskId");

/** What was said in the threads of the task, live. */
export function ConversationTab({ task }: { readonly task: TaskDetail }): ReactNode {
  const read = useRead("thread/list", { task_id: task.id, limit: 100 });
  const { turn } = route.useSearch();
  const [chosen, setChosen] = useState<string | null>(null);
  // The one the address names, else the one that is talked in now, until somebody chooses another.
  const linked = task.turns.find(({ id }) => id === turn)?.thread_id;
  const shown = chosen ?? linked ?? newestThread(task);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <Loaded read={read} what="the threads">
        {({ data: threads }) =>
          threads.length === 0 ? (
            <Empty title="No agent has begun yet">
              <p className="max-w-prose break-words whitespace-pre-wrap">{waitsFor(task)}</p>
            </Empty>
          ) : (
            <>
              {threads.length > 1 && (
                <ThreadButtons threads={threads.toReversed()} shown={shown} onChoose={setChosen} />
              )}
              {shown !== undefined && <TaskThread key={shown} task={task} thread_id={shown} />}
            </>
          )
        }
      </Loaded>
      <OtherQuestions task={task} shown={shown} />
      <TaskComposer task={task} />
    </div>
  );
}

/** Where the work is talked about: the thread of the newest turn, of work that is over that of who did it. */
function newestThread(task: TaskDetail): string | undefined {
  const did = isOver(task) ? task.turns.findLast(({ role }) => role === "implementer") : undefined;
  return (did ?? task.turns.at(-1))?.thread_id;
}

function waitsFor({ status, block_reason }: TaskDetail): string {
  if (block_reason !== null) return "It waits; see above for what.";
  return status === "queued" ? "The task waits for its turn in the queue." : "Its workspace is being made.";
}

function ThreadButtons({
  threads,
  shown,
  onChoose,
}: {
  readonly threads: readonly Thread[];
  readonly shown: string | undefined;
  readonly onChoose: (id: string) => void;
}): ReactNode {
  return (
    <fieldset className="flex flex-wrap gap-1">
      <legend className="sr-only">Threads of the task</legend>
      {threads.map(({ id, role, agent, turns, status }) => (
        <button
          type="button"
          key={id}
          aria-pressed={id === shown}
          onClick={() => onChoose(id)}
          className="flex items-center gap-1.5 rounded border px-2 py-0.5 text-muted hover:bg-hover aria-pressed:border-accent aria-pressed:text-ink pointer-coarse:min-h-11"
        >
          {status !== "idle" && <Dot tone={status === "waiting" ? "answer" : "working"} />}
          <span className="font-medium">{role}</span>
          <span className="text-sm">
            {visibleText(agent)}, {turns} {turns === 1 ? "turn" : "turns"}
            {status !== "idle" && `, ${status}`}
          </span>
        </button>
      ))}
    </fieldset>
  );
}
