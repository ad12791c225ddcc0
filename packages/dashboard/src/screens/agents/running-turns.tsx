import type { AgentState } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTaskTable } from "../../live/index.ts";
import { Elapsed, visibleText } from "../../ui/index.ts";

/** The turns an agent does now; each leads to where it can be watched. */
export function RunningTurns({ turns }: { readonly turns: AgentState["running"] }): ReactNode {
  if (turns.length === 0) return null;
  return (
    <section aria-label="What it does now">
      <h3 className="font-medium">Does now</h3>
      <ul className="flex flex-col gap-1">
        {turns.map((turn) => (
          <li key={turn.turn_id} className="flex flex-wrap items-baseline gap-x-2">
            <TurnLink turn={turn} />
            <span className="text-sm text-muted">
              {turn.role}
              {turn.model !== null && `, ${visibleText(turn.model)}`}, for{" "}
              <Elapsed from={turn.started_at} to={null} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function TurnLink({ turn }: { readonly turn: AgentState["running"][number] }): ReactNode {
  const { tasks } = useTaskTable();
  const look = "min-w-0 break-words text-accent hover:underline";
  const { task_id, thread_id, turn_id } = turn;
  if (task_id === null)
    return (
      <Link
        to="/ui/conversations/$threadId"
        params={{ threadId: thread_id }}
        search={{ turn: turn_id }}
        className={look}
      >
        a conversation
      </Link>
    );
  return (
    <Link to="/ui/tasks/$taskId" params={{ taskId: task_id }} search={{ turn: turn_id }} className={look}>
      {visibleText(tasks.get(task_id)?.title ?? task_id)}
    </Link>
  );
}
