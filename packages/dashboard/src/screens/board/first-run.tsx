import type { ReactNode } from "react";
import { CopyText, Panel, Screen } from "../../ui/index.ts";
import { DoctorChecks } from "../../work/index.ts";
import { AddProject } from "./add-project.tsx";

/** What a person sees before there is a project: how to begin, and what is still missing. */
export default function FirstRun(): ReactNode {
  return (
    <Screen title="Welcome to Harness">
      <p className="max-w-prose text-muted">
        Harness works on tasks in your git repositories: an agent does the work in a clone of its own, Harness
        runs your checks on exactly that commit, another agent reviews it, and you get a branch. Your checkout
        is not touched.
      </p>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <AddProject />
        <div className="flex flex-col gap-4">
          <Panel title="See it work first">
            <p>
              In a clone of the Harness repository this runs an example task through every stage, with a
              scripted model: no key, no cost, nothing of yours is touched.
            </p>
            <p className="mt-2">
              <CopyText text="npm run demo" />
            </p>
          </Panel>
          <DoctorChecks title="What is missing" />
        </div>
      </div>
    </Screen>
  );
}
