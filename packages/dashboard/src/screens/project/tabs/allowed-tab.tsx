import type { Project } from "@harness/protocol";
import type { ReactNode } from "react";
import { Panel } from "../../../ui/index.ts";
import { AllowedForGood } from "../../../work/index.ts";

/** What a person allowed for good in the project. */
export function AllowedTab({ project }: { readonly project: Project }): ReactNode {
  return (
    <Panel title="Allowed for good">
      <AllowedForGood project={project.id} />
    </Panel>
  );
}
