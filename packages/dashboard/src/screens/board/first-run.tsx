import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";
import { DoctorChecks } from "../../work/index.ts";
import { AddProject } from "./add-project.tsx";
import { RunExample } from "./run-example.tsx";

/** What a person sees before there is a project: how to begin, and what is still missing. */
export default function FirstRun({
  onHold,
}: {
  /** True once something begins here that this page has to see through, false when it may be left. */
  readonly onHold: (hold: boolean) => void;
}): ReactNode {
  return (
    <Screen title="Welcome to Harness">
      <p className="max-w-prose text-muted">
        Harness works on tasks in your git repositories: an agent does the work in a clone of its own, Harness
        runs your checks on exactly that commit, another agent reviews it, and you get a branch. Your checkout
        is not touched.
      </p>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <AddProject onAdded={() => onHold(false)} />
        <div className="flex flex-col gap-4">
          <RunExample onBegin={() => onHold(true)} />
          <DoctorChecks title="What is missing" />
        </div>
      </div>
    </Screen>
  );
}
