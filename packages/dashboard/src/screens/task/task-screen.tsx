import type { TaskDetail } from "@harness/protocol";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useCommands } from "../../commands/index.ts";
import { useRead } from "../../live/index.ts";
import { Loaded, PlainText, Screen } from "../../ui/index.ts";
import { CommentsOf, StatusBadge, useTaskActions } from "../../work/index.ts";
import { BlockNotice } from "./block-notice.tsx";
import { StageStrip } from "./stage-strip.tsx";
import { taskTabs } from "./tabs/index.ts";
import { TaskButtons } from "./task-buttons.tsx";
import { TaskFacts } from "./task-facts.tsx";

const route = getRouteApi("/ui/tasks/$taskId");

/** One task: what was said, changed, proven, reviewed and spent. */
export function TaskScreen(): ReactNode {
  const { taskId } = route.useParams();
  const read = useRead("task/get", { task_id: taskId });
  if (read.data === undefined)
    return (
      <Screen title="Task">
        <Loaded read={read} what="the task">
          {() => null}
        </Loaded>
      </Screen>
    );
  return (
    <Loaded read={read} what="the task">
      {(task) => (
        <CommentsOf id={task.id}>
          <Shown key={task.id} task={task} />
        </CommentsOf>
      )}
    </Loaded>
  );
}

function Shown({ task }: { readonly task: TaskDetail }): ReactNode {
  const { tab = taskTabs[0].id } = route.useSearch();
  const { View } = taskTabs.find(({ id }) => id === tab) ?? taskTabs[0];
  const actions = useTaskActions();
  return (
    <Screen
      title={
        <span className="flex flex-wrap items-center gap-2">
          <span className="min-w-0 break-words">
            <PlainText text={task.title} />
          </span>
          <span role="status">
            <StatusBadge task={task} />
          </span>
        </span>
      }
      actions={<TaskButtons task={task} actions={actions} />}
    >
      <TaskFacts task={task} />
      <StageStrip task={task} />
      <BlockNotice task={task} actions={actions} />
      <TabLinks taskId={task.id} shown={tab} />
      <View task={task} />
      {actions.dialog}
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
          activeOptions={{ includeSearch: true }}
          className="shrink-0 border-b-2 border-transparent px-2 py-1.5 text-muted hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-semibold aria-[current=page]:text-ink pointer-coarse:min-h-11"
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
