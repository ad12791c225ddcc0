import { PROJECT_RULES_FILE } from "../projects/index.ts";
import { scopeOf, writeAs } from "../tasks/index.ts";
import type { Run } from "./run.ts";

/**
 * Tells when an agent changed the project's own rules: what counts are those a person approved on the base branch,
 * so its copy has no effect, and whoever looks at the work should know that it tried.
 */
export async function tellIgnoredRules(run: Run, from: string, to: string): Promise<void> {
  const { deps, attempt, project } = run;
  const { files } = await deps.workspaces.diff({ projectId: project.id, from, to, capBytes: 0 });
  const paths = files.map((file) => file.path).filter((path) => path === PROJECT_RULES_FILE);
  if (paths.length === 0) return;
  await writeAs(deps.log, attempt, "ignored rules", (tx, current) =>
    tx.append({
      ...scopeOf(current, attempt.id),
      type: "policy.rules_ignored",
      data: { attempt_id: attempt.id, commit: to, paths },
    }),
  );
}
