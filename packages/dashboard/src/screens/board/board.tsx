import { getRouteApi } from "@tanstack/react-router";
import { type ReactNode, useDeferredValue, useMemo, useRef, useState } from "react";
import { useRead, useTasks, useTaskTable } from "../../live/index.ts";
import { Button, Problem, useCopy, useMedia } from "../../ui/index.ts";
import { actionsFor, isRunning, useAsked, usePrioritize, useTaskActions } from "../../work/index.ts";
import { useBoardCommands } from "./board-commands.ts";
import { BoardHead } from "./board-head.tsx";
import type { CardSetting } from "./card.tsx";
import { Column, DragGhost } from "./column.tsx";
import { ColumnTabs } from "./column-tabs.tsx";
import { type BoardColumn, columnsOf, filtered } from "./columns.ts";
import { NoCards } from "./no-cards.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { StatusNews } from "./status-news.tsx";
import { useDrag } from "./use-drag.ts";
import { useHand } from "./use-hand.ts";

const route = getRouteApi("/ui/board");

/** How often what agents do now is asked for, while something runs and else (milliseconds): no event of the page tells it. */
const ACTIVITY_MS = 3_000;
const QUIET_MS = 30_000;

/** The tasks in columns. */
export function Board(): ReactNode {
  const { by: grouping, project, q = "" } = route.useSearch();
  const by = grouping === "state" ? "state" : "standing";
  const [opened] = useState(() => Date.now());
  const { error, readAt } = useTaskTable();
  const tasks = useTasks();
  const words = useDeferredValue(q);
  const shown = useMemo(() => filtered(tasks, project, words), [tasks, project, words]);
  const asked = useAsked();
  const columns = useMemo(() => columnsOf(shown, by, asked), [shown, by, asked]);
  const activities = useActivities(shown.some(isRunning), project);
  const limitOf = useLimits(by, project);
  const filter = useRef<HTMLInputElement>(null);
  const hand = useHand(columns);
  const priority = usePrioritize();
  const actions = useTaskActions((some) => {
    if (some.some(({ id }) => hand.selected.has(id))) hand.clear();
  });
  const drag = useDrag((task, to) => priority.set([task], to));
  const { copy, byHand } = useCopy(hand.held.map(({ id }) => id).join("\n"));
  useBoardCommands({ hand, actions, priority, filter, by, copy });
  const chosen = hand.held.filter(({ id }) => hand.selected.has(id));
  const setting: CardSetting = {
    drag,
    showProject: project === undefined && new Set(tasks.map((task) => task.project_id)).size > 1,
    titleOf: (id) => tasks.find((task) => task.id === id)?.title ?? id,
    onFocus: hand.at,
    onSelect: hand.toggle,
    onAct: (task) => {
      const first = actionsFor([task])[0];
      if (first) actions.start(first.action, [task]);
    },
  };
  const column = (one: BoardColumn, alone: boolean) => (
    <Column
      key={one.id}
      column={one}
      limit={limitOf(one.id)}
      activities={activities}
      asked={asked}
      selected={hand.selected}
      cursor={hand.cursor}
      setting={setting}
      alone={alone}
    />
  );
  return (
    <div className="flex h-[calc(100dvh-3.5rem)] min-h-96 flex-col gap-3 md:h-dvh">
      <BoardHead filter={filter} shown={shown.length} opened={opened} />
      {priority.refused !== null && (
        <div className="flex flex-wrap items-center gap-2 px-3 sm:px-4">
          <div className="min-w-0 flex-1">
            <Problem error={priority.refused} />
          </div>
          <Button onClick={priority.forget}>Dismiss</Button>
        </div>
      )}
      {readAt === null && error !== null && (
        <div className="px-3 sm:px-4">
          <Problem error={error} />
        </div>
      )}
      {readAt !== null && shown.length === 0 && <NoCards any={tasks.length > 0} />}
      <Columns columns={columns} at={hand.cursor.id} moves={hand.cursor.moves} render={column} />
      {chosen.length > 0 && (
        <SelectionBar tasks={chosen} actions={actions} priority={priority} onClear={hand.clear} />
      )}
      <StatusNews tasks={tasks} />
      <DragGhost drag={drag} />
      {actions.dialog}
      {byHand}
    </div>
  );
}

/** Side by side, or on a narrow screen one at a time. */
function Columns({
  columns,
  at,
  moves,
  render,
}: {
  readonly columns: readonly BoardColumn[];
  readonly at: string | null;
  readonly moves: number;
  readonly render: (column: BoardColumn, alone: boolean) => ReactNode;
}): ReactNode {
  const narrow = useMedia("(max-width: 767px)");
  if (narrow)
    return <ColumnTabs columns={columns} at={at} moves={moves} render={(one) => render(one, true)} />;
  return (
    <div data-board className="relative flex min-h-0 flex-1 gap-2 overflow-x-auto px-3 pb-3 sm:px-4">
      {columns.map((one) => render(one, false))}
    </div>
  );
}

function useActivities(running: boolean, project: string | undefined) {
  const { data } = useRead("task/activity", project === undefined ? {} : { project_id: [project] }, {
    keep: true,
    everyMs: running ? ACTIVITY_MS : QUIET_MS,
  });
  return useMemo(() => new Map(data?.data.map((one) => [one.task_id, one])), [data]);
}

/** The most that may run at once: of the server, and of the project where one is shown. */
function useLimits(by: string, project: string | undefined): (column: string) => number | null {
  const { data: status } = useRead("server/status", {});
  const { data: projects } = useRead("project/list", { limit: 500 });
  const one = projects?.data.find(({ id, name }) => project === id || project === name);
  const limits = [status?.limit, one?.max_concurrent].filter((limit) => limit !== undefined);
  return (column) =>
    by === "standing" && column === "working" && limits.length > 0 ? Math.min(...limits) : null;
}
