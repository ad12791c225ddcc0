import type { Project } from "@harness/protocol";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../live/index.ts";
import { Empty, Field, Loaded, Screen, Select, visibleText } from "../../ui/index.ts";
import { ListForm } from "./list-form.tsx";
import { OneTask } from "./one-task.tsx";
import { type DraftHand, useTaskDraft } from "./use-task-draft.ts";

const route = getRouteApi("/ui/new");

/** A task or a list of tasks to submit. What was typed stays until the server has taken it. */
export function NewTaskScreen(): ReactNode {
  const projects = useRead("project/list", { limit: 500 });
  const hand = useTaskDraft(route.useSearch());
  return (
    <Screen title="New task">
      <div className="flex w-full max-w-4xl flex-col gap-4">
        <Loaded read={projects} what="projects">
          {({ data }) =>
            data.length === 0 ? (
              <Empty title="There is no project yet">
                <Link to="/ui/board" className="underline">
                  Add a repository first
                </Link>
              </Empty>
            ) : (
              <Form {...hand} projects={data} />
            )
          }
        </Loaded>
      </div>
    </Screen>
  );
}

function Form({ draft, change, projects }: DraftHand & { readonly projects: readonly Project[] }): ReactNode {
  const usual = projects.find((one) => one.default) ?? projects[0];
  const project = projects.find(({ id, name }) => draft.project === id || draft.project === name) ?? usual;
  // What is sent says the project that is shown.
  const hand = { draft: { ...draft, project: project?.id ?? "" }, change, project };
  return (
    <>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
        <Field label="Project">
          <Select
            value={project?.id}
            onChange={({ target }) => change({ project: target.value, template: "" })}
          >
            {projects.map(({ id, name, active }) => (
              <option key={id} value={id}>
                {visibleText(name)}
                {active ? "" : " (starts nothing now)"}
              </option>
            ))}
          </Select>
        </Field>
        <fieldset>
          <legend className="mb-1 font-medium">What is submitted</legend>
          <div className="flex min-h-7 items-center gap-4">
            {(["one", "list"] as const).map((mode) => (
              <label key={mode} className="flex min-h-6 items-center gap-1.5 pointer-coarse:min-h-11">
                <input
                  type="radio"
                  name="mode"
                  checked={draft.mode === mode}
                  onChange={() => change({ mode })}
                />
                {mode === "one" ? "One task" : "A list"}
              </label>
            ))}
          </div>
        </fieldset>
      </div>
      {draft.mode === "one" ? <OneTask {...hand} /> : <ListForm {...hand} />}
    </>
  );
}
