import { statSync } from "node:fs";
import { isHarnessError } from "@harness/protocol";
import { isDiskFull } from "../storage/index.ts";
import {
  effectDone,
  intendEffect,
  noteBranch,
  ownBranches,
  scopeOf,
  transition,
  writeAs,
} from "../tasks/index.ts";
import { branchName, type Published } from "../workspaces/index.ts";
import { stopSecrets } from "./egress.ts";
import { type AttemptEnd, type Run, stage, waitFor } from "./run.ts";
import { otherDiskWait } from "./space-wait.ts";
import { repositoryTrouble } from "./workspace-stage.ts";

/**
 * Publishes approved work as a branch of the user's repository. The intent is recorded first and looked up on a
 * repeat, so a crash between the two never makes a second branch. Revised work moves its branch forward, if that is
 * still where we left it; else it gets a name of its own, and nothing anybody else did is moved. `done` commits together with the record of it.
 */
export async function publishStage(run: Run, work: { commit: string; baseSha: string }): Promise<AttemptEnd> {
  const { deps, attempt, project, task } = run;
  const key = `publish:${task.id}:${work.commit}`;
  const result = await stage<Published>(run, "publish", 0, async () => {
    const branch = branchName({ prefix: project.settings.branch_prefix, title: task.title, taskId: task.id });
    const stopped = await stopSecrets(run, { ...work, branch });
    if (stopped) return stopped;
    const earlier = (await ownBranches(deps.storage.reader, task.id)).at(-1);
    await writeAs(deps.log, attempt, "publish", (tx) =>
      intendEffect(tx, { key, task_id: task.id, kind: "publish", intent: { branch, commit: work.commit } }),
    );
    const published = await deps.workspaces
      .publish({ projectId: project.id, root: project.root, sha: work.commit, branch, earlier })
      .catch((error: unknown) =>
        isHarnessError(error, "branch_taken")
          ? waitFor("repository", error.message, [`harness task unblock ${task.id}`])
          : isDiskFull(error) && isOtherDisk(project.root, deps.paths.root)
            ? otherDiskWait(run)
            : repositoryTrouble(run, error),
      );
    if ("ok" in published) return published;
    return { ok: true, value: published, detail: published.branch };
  });
  if (!result.ok) return result.end;
  const { branch } = result.value;
  await writeAs(deps.log, attempt, "done", async (tx, current) => {
    await effectDone(tx, key, { branch, commit: work.commit });
    await tx.append({
      ...scopeOf(current, attempt.id),
      type: "branch.published",
      data: { branch, commit: work.commit },
    });
    await noteBranch(tx, current.id, branch);
    await transition(tx, current, { type: "finish", status: "done", reason: "published" }, attempt.id, {
      branch,
      head_sha: work.commit,
      stage: "publish",
    });
  });
  return { type: "done" };
}

function isOtherDisk(a: string, b: string): boolean {
  const [one, other] = [a, b].map((at) => statSync(at, { throwIfNoEntry: false }));
  return one !== undefined && other !== undefined && one.dev !== other.dev;
}
