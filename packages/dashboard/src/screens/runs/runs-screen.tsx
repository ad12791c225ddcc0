import type { Task } from "@harness/protocol";
import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRowKeys } from "../../commands/index.ts";
import { useLive } from "../../live/index.ts";
import {
  Button,
  Elapsed,
  Empty,
  Problem,
  Screen,
  Table,
  Time,
  visibleText,
  Waiting,
} from "../../ui/index.ts";
import { AgentName, ChangeSize, EvidenceMark, ReviewMark, StatusBadge, UsageText } from "../../work/index.ts";
import { RunFilters } from "./run-filters.tsx";
import { type RunWords, taskFilter } from "./run-words.ts";
import { Thumbs } from "./thumbs.tsx";

const route = getRouteApi("/ui/runs");
/** Rows read at a time. */
const PAGE = 50;

/** Finished work, searched and judged. */
export function RunsScreen(): ReactNode {
  const words = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Screen title="Runs">
      <RunFilters words={words} onChange={(search) => void navigate({ search, replace: true })} />
      <RunList words={words} />
    </Screen>
  );
}

function RunList({ words }: { readonly words: RunWords }): ReactNode {
  const { client } = useLive();
  const navigate = route.useNavigate();
  const filter = taskFilter(words, Date.now());
  const read = useInfiniteQuery({
    // The time in the filter moves; what a person chose does not.
    queryKey: ["task/list", "runs", words],
    queryFn: ({ pageParam, signal }) =>
      client.call(
        "task/list",
        { ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ page }) => page.next_cursor,
  });
  const tasks = read.data?.pages.flatMap(({ data }) => data) ?? [];
  const { at, list } = useRowKeys<HTMLDivElement>(tasks.length, (index) => {
    const task = tasks[index];
    if (task) void navigate({ to: "/ui/tasks/$taskId", params: { taskId: task.id } });
  });
  if (read.data === undefined)
    return read.error === null ? (
      <Waiting since={Date.now()} what="the runs" />
    ) : (
      <Problem error={read.error} retry={() => void read.refetch()} />
    );
  if (tasks.length === 0)
    return (
      <Empty title="No run is like that">
        <p>Tasks that ended are listed here, newest first. Take a word out of the filter to see more.</p>
      </Empty>
    );
  return (
    <div ref={list} className="rounded-lg border bg-raised">
      <Table
        caption="Runs, newest first"
        head={["Task", "Outcome", "Proof", "Agent", "Change", "Took", "Cost", "Judgement"]}
      >
        {tasks.map((task, index) => (
          <RunRow key={task.id} task={task} index={index} chosen={index === at} />
        ))}
      </Table>
      <div className="flex items-center gap-3 p-2 text-muted">
        <span>{tasks.length} shown</span>
        {read.hasNextPage && (
          <Button busy={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
            Show more
          </Button>
        )}
      </div>
    </div>
  );
}

function RunRow({
  task,
  index,
  chosen,
}: {
  readonly task: Task;
  readonly index: number;
  readonly chosen: boolean;
}): ReactNode {
  return (
    <tr data-row={index} className={chosen ? "bg-hover" : ""}>
      <td className="min-w-48">
        <Link
          to="/ui/tasks/$taskId"
          params={{ taskId: task.id }}
          className="font-medium break-words hover:underline"
        >
          {visibleText(task.title)}
        </Link>
        <span className="block text-sm text-muted">
          {visibleText(task.project)} · <Time at={task.finished_at ?? task.created_at} />
        </span>
      </td>
      <td>
        <StatusBadge task={task} />
        {task.error !== null && (
          <span
            className="block max-w-64 truncate text-sm text-muted"
            title={visibleText(task.error.message)}
          >
            {visibleText(task.error.message)}
          </span>
        )}
      </td>
      <td>
        <span className="flex flex-wrap gap-1">
          <EvidenceMark task={task} />
          <ReviewMark task={task} />
          {task.grade?.letter && <span title={task.grade.formula}>grade {task.grade.letter}</span>}
        </span>
      </td>
      <td>
        <AgentName agent={task.agent} model={task.model} />
      </td>
      <td>
        <ChangeSize changes={task.changes} />
      </td>
      <td className="whitespace-nowrap">
        {task.started_at !== null && task.finished_at !== null && (
          <Elapsed from={task.started_at} to={task.finished_at} />
        )}
      </td>
      <td>
        <UsageText usage={task.usage} />
      </td>
      <td>
        <Thumbs task={task} />
      </td>
    </tr>
  );
}
