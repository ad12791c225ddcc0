import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useCommands } from "../../commands/index.ts";
import { useRead } from "../../live/index.ts";
import { Loaded, PlainText, Screen } from "../../ui/index.ts";
import { StatusBadge } from "../../work/index.ts";
import { taskTabs } from "./tabs/index.ts";

const route = getRouteApi("/ui/tasks/$taskId");

/** One task: what was said, changed, proven, reviewed and spent. */
export function TaskScreen(): ReactNode {
  const { taskId } = route.useParams();
  const read = useRead("task/get", { task_id: taskId });
  const { tab = taskTabs[0].id } = route.useSearch();
  const { View } = taskTabs.find(({ id }) => id === tab) ?? taskTabs[0];
  return (
    <Screen
      title={
        <span className="flex flex-wrap items-center gap-2">
          <PlainText text={read.data?.title ?? "Task"} />
          {read.data && <StatusBadge task={read.data} />}
        </span>
      }
    >
      <TabLinks taskId={taskId} shown={tab} />
      <Loaded read={read} what="the task">
        {(task) => <View key={task.id} task={task} />}
      </Loaded>
    </Screen>
  );
}

function TabLinks({ taskId, shown }: { readonly taskId: string; readonly shown: string }): ReactNode {
  const navigate = useNavigate();
  useCommands(
    taskTabs.map(({ id, name, keys }) => ({
      id: `tab-${id}`,
      title: `Show ${name.toLowerCase()}`,
      keys,
      group: "This task",
      run: () => void navigate({ to: "/ui/tasks/$taskId", params: { taskId }, search: { tab: id } }),
    })),
  );
  return (
    <nav aria-label="Views of the task" className="flex gap-1 overflow-x-auto border-b">
      {taskTabs.map(({ id, name, keys }) => (
        <Link
          key={id}
          to="/ui/tasks/$taskId"
          params={{ taskId }}
          search={{ tab: id }}
          title={keys}
          aria-current={id === shown ? "page" : undefined}
          className="shrink-0 border-b-2 border-transparent px-2 py-1.5 text-muted hover:text-ink aria-[current]:border-accent aria-[current]:font-semibold aria-[current]:text-ink pointer-coarse:min-h-11"
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
