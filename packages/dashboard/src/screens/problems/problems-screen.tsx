import { type ListedProblem, problemKinds, type Result } from "@harness/protocol";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useCommands, useRowKeys } from "../../commands/index.ts";
import { useRead, useTaskTable } from "../../live/index.ts";
import { Empty, Loaded, Panel, Screen } from "../../ui/index.ts";
import { actionsFor, useTaskActions } from "../../work/index.ts";
import { kindWords } from "./kind-words.ts";
import { ProblemRow } from "./problem-row.tsx";

/** How often the list is read without an event: what stalls makes none. */
const EVERY_MS = 15_000;

/** What is stuck, why, and what helps. */
export function ProblemsScreen(): ReactNode {
  const read = useRead("problem/list", { limit: 200 }, { everyMs: EVERY_MS });
  return (
    <Screen title="Problems">
      <Loaded read={read} what="the problems">
        {(list) => <ProblemList list={list} />}
      </Loaded>
    </Screen>
  );
}

function ProblemList({ list }: { readonly list: Result<"problem/list"> }): ReactNode {
  const navigate = useNavigate();
  const { tasks } = useTaskTable();
  const actions = useTaskActions();
  // In the order of the groups on the screen, so that the keys go through them as people read.
  const problems = useMemo(
    () => problemKinds.flatMap((kind) => list.data.filter((one) => one.kind === kind)),
    [list],
  );
  const open = (problem: ListedProblem | undefined) => {
    if (problem?.task_id) void navigate({ to: "/ui/tasks/$taskId", params: { taskId: problem.task_id } });
    else if (problem?.thread_id)
      void navigate({ to: "/ui/conversations/$threadId", params: { threadId: problem.thread_id } });
  };
  const {
    at,
    choose,
    list: rows,
  } = useRowKeys<HTMLDivElement>(problems.length, (index) => open(problems[index]));
  const task = tasks.get(problems[at]?.task_id ?? "");
  useCommands(
    (task ? actionsFor([task]) : []).map(({ action, tasks: some }) => ({
      id: `problem-${action.id}`,
      title: `${action.title} the chosen task`,
      keys: `w ${action.key}`,
      group: "Task",
      run: () => actions.start(action, some),
    })),
  );
  if (problems.length === 0)
    return (
      <Empty title="Nothing is stuck">
        <p>
          Tasks that wait for you, go round in circles, stand still or have run out of budget are listed here.
        </p>
      </Empty>
    );
  return (
    <div ref={rows} className="flex flex-col gap-4">
      {list.cut && (
        <p className="text-muted">
          There are more problems than are looked at at once; the newest are shown.
        </p>
      )}
      {problemKinds
        .filter((kind) => problems.some((one) => one.kind === kind))
        .map((kind) => {
          const some = problems.filter((one) => one.kind === kind);
          return (
            <Panel key={kind} title={`${kindWords[kind].title} (${some.length})`}>
              <ul className="-m-1 flex flex-col">
                {some.map((problem) => (
                  <ProblemRow
                    key={problem.id}
                    problem={problem}
                    index={problems.indexOf(problem)}
                    chosen={problems[at] === problem}
                    onChoose={choose}
                    task={tasks.get(problem.task_id ?? "")}
                    actions={actions}
                  />
                ))}
              </ul>
            </Panel>
          );
        })}
      {actions.dialog}
    </div>
  );
}
