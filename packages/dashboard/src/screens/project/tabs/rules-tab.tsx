import type { Project } from "@harness/protocol";
import type { ReactNode } from "react";
import { DryRun } from "../rules/dry-run.tsx";
import { ExplainBox } from "../rules/explain-box.tsx";
import { RuleList } from "../rules/rule-list.tsx";

/** What judges the commands of agents in the project, what it says of one, and what another text would change. */
export function RulesTab({ project }: { readonly project: Project }): ReactNode {
  return (
    <>
      <ExplainBox project={project.id} />
      <RuleList project={project.id} />
      <DryRun key={project.id} project={project.id} text={project.file.rules} />
    </>
  );
}
