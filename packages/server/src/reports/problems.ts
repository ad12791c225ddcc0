import type { ListedProblem, ProblemKind } from "@harness/protocol";
import { problemKinds } from "@harness/protocol";
import type { Tx } from "../storage/index.ts";
import { approvalProblems } from "./approval-problems.ts";
import { accountProblems, projectProblems, storageProblems } from "./problem-causes.ts";
import { taskProblems } from "./task-problems.ts";
import { projectNames } from "./task-rows.ts";

/** What the list may be narrowed to. */
export interface ProblemFilter {
  readonly kinds?: readonly ProblemKind[] | undefined;
  readonly project_id: string | null;
}

/**
 * Everything that is wrong now, the ones only a person can end first and in each kind the oldest first. `cut` is
 * true when one of the sources had more than is looked at.
 */
export async function listProblems(
  db: Tx,
  filter: ProblemFilter,
  now: number,
): Promise<{ problems: ListedProblem[]; cut: boolean }> {
  const names = await projectNames(db);
  const tasks = await taskProblems(db, { project_id: filter.project_id, now, names });
  const others =
    filter.project_id === null
      ? [...(await accountProblems(db, now)), ...(await storageProblems(db, now))]
      : [];
  const asked = await approvalProblems(db, { project_id: filter.project_id, now, names });
  const settings = await projectProblems(db, filter.project_id, now);
  const wanted = new Set<ProblemKind>(filter.kinds ?? problemKinds);
  const problems = [...tasks.problems, ...asked.problems, ...others, ...settings].filter(({ kind }) =>
    wanted.has(kind),
  );
  problems.sort((a, b) => (problemKey(a) < problemKey(b) ? -1 : 1));
  return { problems, cut: tasks.cut || asked.cut };
}

/** Where a problem stands in the list; also the cursor of a page that ends with it. */
export function problemKey(problem: ListedProblem): string {
  return `${problemKinds.indexOf(problem.kind)} ${problem.since} ${problem.id}`;
}
