import type { Task } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTasks } from "../../live/index.ts";
import { Panel, Table, Time, visibleText } from "../../ui/index.ts";
import { isOver, isRunning, StatusBadge } from "../../work/index.ts";

/** Rows shown at once. */
const MOST = 100;

/** What is parked or will be tried again: which attempt, when it is due, and why. */
export function HeldTasks(): ReactNode {
  const held = useTasks()
    .filter((task) => !isOver(task) && !isRunning(task) && (task.status === "waiting" || task.attempts > 0))
    .sort((a, b) => (dueOf(a) ?? "~").localeCompare(dueOf(b) ?? "~"));
  return (
    <Panel title="Parked and tried again">
      {held.length === 0 ? (
        <p className="text-muted">No task is parked.</p>
      ) : (
        <>
          <Table caption="Parked tasks" head={["Task", "State", "Attempt", "Due", "Why"]}>
            {held.slice(0, MOST).map((task) => (
              <Row key={task.id} task={task} />
            ))}
          </Table>
          {held.length > MOST && (
            <p className="pt-2 text-muted">
              {MOST} of {held.length} are shown, the next due first.
            </p>
          )}
        </>
      )}
    </Panel>
  );
}

function Row({ task }: { readonly task: Task }): ReactNode {
  const due = dueOf(task);
  return (
    <tr>
      <td className="min-w-44">
        <Link
          to="/ui/tasks/$taskId"
          params={{ taskId: task.id }}
          className="font-medium break-words hover:underline"
        >
          {visibleText(task.title)}
        </Link>
        <span className="block text-sm text-muted">{visibleText(task.project)}</span>
      </td>
      <td>
        <StatusBadge task={task} />
        {task.block_reason !== null && (
          <span className="block text-sm text-muted">{task.block_reason.code.replaceAll("_", " ")}</span>
        )}
      </td>
      <td>{task.attempts}</td>
      <td className="whitespace-nowrap">
        {due === null ? whoEnds(task) : <Time at={due} />}
        {task.block_reason?.expires_at && (
          <span className="block text-sm text-muted">
            gives up <Time at={task.block_reason.expires_at} />
          </span>
        )}
      </td>
      <td className="min-w-56 break-words">
        {visibleText(task.block_reason?.message ?? task.error?.message ?? "It is queued again.")}
      </td>
    </tr>
  );
}

/** When a timer lets it go on. */
function dueOf(task: Task): string | null {
  return task.block_reason?.until ?? task.not_before;
}

function whoEnds({ block_reason }: Task): string {
  if (block_reason === null) return "as soon as there is room";
  return block_reason.needs === "person" ? "when you act" : `when its ${block_reason.needs} is there`;
}
