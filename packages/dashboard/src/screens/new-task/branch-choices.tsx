import type { Project } from "@harness/protocol";
import type { ReactNode } from "react";
import { useRead } from "../../live/index.ts";

/** More than these nobody looks through; another is typed. */
const MOST = 200;

/** The branches of a project's repository, offered to the field of a base branch that names this list. */
export function BranchChoices({
  id,
  project,
}: {
  readonly id: string;
  readonly project: Project | undefined;
}): ReactNode {
  const { data } = useRead(
    "project/branches",
    { project: project?.id ?? "", limit: MOST },
    { enabled: project !== undefined },
  );
  return (
    <datalist id={id}>
      {data?.branches.map(({ name, default: usual }) => (
        <option key={name} value={name} label={usual ? `${name} (the project's)` : name} />
      ))}
    </datalist>
  );
}
