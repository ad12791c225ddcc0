import type { Task } from "@harness/protocol";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useRead, useTasks, useTaskTable } from "../../live/index.ts";
import {
  Badge,
  Elapsed,
  Empty,
  Figure,
  Panel,
  Problem,
  Screen,
  Table,
  Time,
  visibleText,
} from "../../ui/index.ts";
import { AgentName, isRunning, StatusBadge, usePrioritize } from "../../work/index.ts";
import { QueuedRow } from "./queued-row.tsx";
import { inOrder } from "./start-order.ts";

const route = getRouteApi("/ui/queue");
/** Rows shown of what is queued; the rest is counted. */
const MOST_ROWS = 300;

/** What waits and runs, in the order it will start. */
export function QueueScreen(): ReactNode {
  const { project } = route.useSearch();
  const { error, readAt } = useTaskTable();
  const all = useTasks();
  const stats = useRead("project/queue_stats", {});
  const status = useRead("server/status", {});
  const tasks = useMemo(
    () => (project ? all.filter((task) => task.project === project) : all),
    [all, project],
  );
  const running = tasks.filter(isRunning);
  const queued = useMemo(() => inOrder(tasks.filter(({ status: is }) => is === "queued")), [tasks]);
  const later = tasks.filter(
    ({ status: is, block_reason }) => is === "waiting" && block_reason?.needs !== "person",
  );
  const priority = usePrioritize();
  return (
    <Screen title="Queue">
      {error !== null && <Problem error={error} />}
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
        <Figure name="Running">
          {status.data ? `${status.data.running} of ${status.data.limit}` : running.length}
        </Figure>
        <Figure name="Queued">{status.data?.queued ?? queued.length}</Figure>
        <Figure name="Waiting for a time or a task">{later.length}</Figure>
        <Figure name="Projects with work">
          {Object.values(stats.data?.projects ?? {}).filter((one) => one.running + one.queued > 0).length}
        </Figure>
      </div>
      <Panel title={`Running (${running.length})`}>
        {running.length === 0 ? <Empty title="Nothing runs" /> : <RunningTable tasks={running} />}
      </Panel>
      <Panel title={`Queued (${queued.length})`}>
        {priority.refused !== null && <Problem error={priority.refused} />}
        {queued.length === 0 ? (
          <Empty title={readAt === null ? "The queue is being read" : "The queue is empty"} />
        ) : (
          <Table
            caption="Queued tasks in the order they start"
            head={["#", "Task", "Project", "Agent", "Waits since", "Priority"]}
          >
            {queued.slice(0, MOST_ROWS).map((task, index) => (
              <QueuedRow
                key={task.id}
                task={task}
                place={index + 1}
                onPriority={(one, to) => priority.set([one], to)}
              />
            ))}
          </Table>
        )}
        {queued.length > MOST_ROWS && <p className="mt-2 text-muted">and {queued.length - MOST_ROWS} more</p>}
      </Panel>
      {later.length > 0 && (
        <Panel title={`Waits for a time or another task (${later.length})`}>
          <LaterTable tasks={later} />
        </Panel>
      )}
    </Screen>
  );
}

function TaskLink({ task }: { readonly task: Task }): ReactNode {
  return (
    <Link to="/ui/tasks/$taskId" params={{ taskId: task.id }} className="break-words hover:underline">
      {visibleText(task.title)}
    </Link>
  );
}

function RunningTable({ tasks }: { readonly tasks: readonly Task[] }): ReactNode {
  return (
    <Table caption="Running tasks" head={["Task", "Project", "Agent", "State", "For"]}>
      {tasks.map((task) => (
        <tr key={task.id}>
          <td>
            <TaskLink task={task} />
          </td>
          <td>{visibleText(task.project)}</td>
          <td>
            <AgentName agent={task.agent} model={task.model} />
          </td>
          <td>
            <StatusBadge task={task} />
          </td>
          <td className="whitespace-nowrap">
            {task.started_at && <Elapsed from={task.started_at} to={null} />}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function LaterTable({ tasks }: { readonly tasks: readonly Task[] }): ReactNode {
  return (
    <Table caption="Tasks that wait" head={["Task", "Waits for", "Since", "Goes on"]}>
      {tasks.slice(0, MOST_ROWS).map((task) => (
        <tr key={task.id}>
          <td>
            <TaskLink task={task} />
          </td>
          <td>
            <Badge>{task.block_reason?.code.replaceAll("_", " ")}</Badge>{" "}
            {visibleText(task.block_reason?.message ?? "")}
          </td>
          <td className="whitespace-nowrap">{task.block_reason && <Time at={task.block_reason.since} />}</td>
          <td className="whitespace-nowrap">
            {task.block_reason?.until ? <Time at={task.block_reason.until} /> : "then"}
          </td>
        </tr>
      ))}
    </Table>
  );
}
