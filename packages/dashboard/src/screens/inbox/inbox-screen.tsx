import { ApprovalStatus } from "@harness/protocol";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useCommands } from "../../commands/index.ts";
import { useRead, useTasks } from "../../live/index.ts";
import { Empty, Loaded, Panel, Screen, Select, visibleText } from "../../ui/index.ts";
import { AllowedForGood, ApprovalCard, standingOf } from "../../work/index.ts";
import { WaitingTasks } from "./waiting-tasks.tsx";

const route = getRouteApi("/ui/inbox");

/** What agents ask leave for or want to know, and the tasks that wait for a person. */
export function InboxScreen(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const status = ApprovalStatus.safeParse(search.status).data ?? "pending";
  const read = useRead("approval/list", { status, limit: 100 }, { keep: true });
  const tasks = useTasks();
  const waiting = useMemo(
    () => tasks.filter((task) => standingOf(task) === "respond" && task.block_reason?.code !== "approval"),
    [tasks],
  );
  return (
    <Screen
      title="Approvals"
      actions={
        <Select
          aria-label="Which questions"
          value={status}
          onChange={(event) => void navigate({ search: { status: event.target.value }, replace: true })}
        >
          {ApprovalStatus.options.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </Select>
      }
    >
      <Loaded read={read} what="the questions">
        {({ data, page }) => (
          <>
            <Questions approvals={data} chosen={search.id} status={status} />
            {page.has_more && <p className="text-muted">The newest 100 are shown.</p>}
          </>
        )}
      </Loaded>
      {status === "pending" && waiting.length > 0 && <WaitingTasks tasks={waiting} />}
      <Panel title="Allowed for good">
        <AllowedForGood />
      </Panel>
    </Screen>
  );
}

interface QuestionsProps {
  readonly approvals: readonly Parameters<typeof ApprovalCard>[0]["approval"][];
  readonly chosen: string | undefined;
  readonly status: ApprovalStatus;
}

function Questions({ approvals, chosen, status }: QuestionsProps): ReactNode {
  const [at, setAt] = useState(0);
  const keyed = Math.min(at, approvals.length - 1);
  const linked = approvals.findIndex(({ id }) => id === chosen);
  useEffect(() => {
    if (linked >= 0) setAt(linked);
  }, [linked]);
  const shown = approvals[keyed]?.id;
  useEffect(() => {
    if (shown !== undefined) document.getElementById(shown)?.scrollIntoView({ block: "nearest" });
  }, [shown]);
  const go = (by: number) => setAt((keyed + by + approvals.length) % approvals.length);
  useCommands(
    approvals.length < 2
      ? []
      : [
          { id: "next-question", title: "Next question", keys: "n", group: "Approvals", run: () => go(1) },
          { id: "question-down", title: "Question below", keys: "j", group: "Approvals", run: () => go(1) },
          { id: "question-up", title: "Question above", keys: "k", group: "Approvals", run: () => go(-1) },
        ],
  );
  if (approvals.length === 0)
    return (
      <Empty title={status === "pending" ? "Nobody waits for your answer" : `No question is ${status}`}>
        <p>What an agent asks leave for, and what it wants to know, is shown here word for word.</p>
      </Empty>
    );
  return (
    <ol className="flex flex-col gap-3" aria-label="Questions">
      {approvals.map((approval, index) => (
        <li
          key={approval.id}
          id={approval.id}
          className={index === keyed && approvals.length > 1 ? "rounded-lg ring-2 ring-accent" : ""}
        >
          <ApprovalCard approval={approval} keyed={index === keyed} from={<From approval={approval} />} />
        </li>
      ))}
    </ol>
  );
}

function From({ approval }: { readonly approval: QuestionsProps["approvals"][number] }): ReactNode {
  const tasks = useTasks();
  const { task_id, thread_id } = approval;
  if (task_id === null)
    return (
      <Link
        to="/ui/conversations/$threadId"
        params={{ threadId: thread_id }}
        className="text-accent underline"
      >
        the conversation
      </Link>
    );
  const title = tasks.find(({ id }) => id === task_id)?.title ?? task_id;
  return (
    <Link
      to="/ui/tasks/$taskId"
      params={{ taskId: task_id }}
      className="min-w-0 truncate text-accent underline"
    >
      {visibleText(title)}
    </Link>
  );
}
