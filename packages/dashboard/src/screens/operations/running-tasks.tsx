import type { TaskActivity } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead, useTaskTable } from "../../live/index.ts";
import { Badge, count, Elapsed, Loaded, Panel, Table, Time, visibleText } from "../../ui/index.ts";
import { AgentName, isRunning, StatusBadge } from "../../work/index.ts";

/** What runs now: how far each is, in which turn, and when it was heard of last. */
export function RunningTasks({ everyMs }: { readonly everyMs: number }): ReactNode {
  const read = useRead("task/activity", { limit: 200 }, { everyMs });
  return (
    <Panel title="Running">
      <Loaded read={read} what="what runs">
        {({ data }) => {
          const running = data.filter(isRunning);
          return running.length === 0 ? (
            <p className="text-muted">No task runs.</p>
          ) : (
            <Table
              caption="Running tasks"
              head={["Task", "State", "Session", "Runtime", "Turns", "Last update", "Tokens"]}
            >
              {running.map((activity) => (
                <Row key={activity.task_id} activity={activity} />
              ))}
            </Table>
          );
        }}
      </Loaded>
    </Panel>
  );
}

function Row({ activity }: { readonly activity: TaskActivity }): ReactNode {
  const { task_id, status, stage, attempt, turn, turns, max_turns, item, progress_at } = activity;
  const task = useTaskTable().tasks.get(task_id);
  const heard = item?.at ?? progress_at;
  return (
    <tr>
      <td className="min-w-44">
        <Link
          to="/ui/tasks/$taskId"
          params={{ taskId: task_id }}
          className="font-medium break-words hover:underline"
        >
          {visibleText(task?.title ?? task_id)}
        </Link>
        <span className="block text-sm text-muted">
          {task && visibleText(task.project)} · attempt {attempt}
        </span>
      </td>
      <td>
        {task ? <StatusBadge task={task} /> : <Badge>{status}</Badge>}
        {stage !== null && <span className="block text-sm text-muted">{stage}</span>}
      </td>
      <td className="min-w-28">
        {turn === null ? (
          <span className="text-muted">no turn yet</span>
        ) : (
          <Link
            to="/ui/tasks/$taskId"
            params={{ taskId: task_id }}
            search={{ tab: "conversation", turn: turn.id }}
            className="hover:underline"
          >
            <AgentName agent={turn.agent} model={turn.model} />
            <span className="block text-sm text-muted">{turn.role}</span>
          </Link>
        )}
      </td>
      <td className="whitespace-nowrap">
        {task?.started_at ? <Elapsed from={task.started_at} to={null} /> : "–"}
      </td>
      <td className="whitespace-nowrap">
        {turns}
        {max_turns !== null && ` of ${max_turns}`}
      </td>
      <td className="whitespace-nowrap">{heard === null ? "nothing yet" : <Time at={heard} />}</td>
      <td>{task ? count(task.usage.total_tokens) : "–"}</td>
    </tr>
  );
}
