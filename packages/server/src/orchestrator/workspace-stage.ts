import { isHarnessError } from "@harness/protocol";
import { fileState, recordProjectFile } from "../projects/index.ts";
import { setSetupAside, setUp, setupCommands } from "../setup/index.ts";
import { isDiskFull } from "../storage/index.ts";
import { crashedAttempts, findTask, patchTask, scopeOf, setWorkspace, writeAs } from "../tasks/index.ts";
import { type Instruction, readInstructions } from "../turns/index.ts";
import { failWith, type Run, type StageResult, stage, waitFor } from "./run.ts";
import { spaceWait } from "./space-wait.ts";

export interface Place {
  readonly path: string;
  readonly baseSha: string;
  readonly startSha: string;
  /** True on an untouched commit of the base branch, where no agent can have changed what setup runs. */
  readonly untouched: boolean;
  /** Files with marks of conflicts between the work and its newer base, which a revision is to resolve. */
  readonly conflicts: readonly string[];
  readonly instructions: readonly Instruction[];
}

/** Opens the attempt's own clone, on the kept work of the task, and runs the project's setup in it. */
export async function openWorkspace(run: Run): Promise<StageResult<Place>> {
  const place = await stage(run, "workspace", 0, () =>
    open(run).catch((error: unknown) => repositoryTrouble(run, error)),
  );
  if (!place.ok) return place;
  const { path, startSha: beforeSha, baseSha } = place.value;
  const ready = await stage(run, "setup", 0, () => prepare(run, place.value));
  if (!ready.ok) return ready;
  if (setupCommands(run.project).length === 0) return place;
  const { deps, attempt, task, project } = run;
  const ids = { projectId: project.id, taskId: task.id, attemptId: attempt.id };
  const subject = `${task.title}\n\nTask: ${task.id}`;
  await setSetupAside(deps.workspaces, { ...ids, path, beforeSha, baseSha, subject });
  return place;
}

async function prepare(run: Run, { path, startSha, untouched }: Place): Promise<StageResult<null>> {
  if (setupCommands(run.project).length === 0) return { ok: true, value: null, detail: "no setup commands" };
  const ready = await setUp(run, { path, commit: startSha, trusted: untouched });
  if (!ready.ok) return failWith("setup_failed", ready.message);
  return { ok: true, value: null, ...(ready.cached ? { detail: "from the cache" } : {}) };
}

async function open(run: Run): Promise<StageResult<Place>> {
  const { deps, project, task, attempt } = run;
  const { root, settings } = project;
  const { baseSha: newest } = await deps.workspaces.refreshMirror({
    projectId: project.id,
    root,
    base: task.base_branch,
    signal: run.signal,
  });
  const checked = await checkProjectFile(run, newest);
  if (!checked.ok) return checked;
  // A task keeps the base it was first started from, so that its change stays comparable over attempts,
  // unless a revision has to fit it to a newer one.
  const firstBase = task.base_sha ?? (await dependencyHead(run)) ?? newest;
  const work = (await salvage(run, firstBase)) ?? task.head_sha ?? firstBase;
  const joined = work === firstBase ? undefined : await joinNewerBase(run, work, newest);
  const { baseSha, startSha } = joined
    ? { baseSha: newest, startSha: joined.sha }
    : { baseSha: firstBase, startSha: work };
  const opened = await deps.workspaces.open({
    projectId: project.id,
    attemptId: attempt.id,
    taskId: task.id,
    startSha,
    root,
    baseBranch: task.base_branch,
    copyFiles: settings.copy_files,
    signal: run.signal,
  });
  await writeAs(deps.log, attempt, "workspace", async (tx, current) => {
    await patchTask(tx, task.id, { base_sha: baseSha, sandbox: JSON.stringify(run.sandbox) });
    await setWorkspace(tx, attempt.id, { workspace: opened.path, sandbox: run.sandbox });
    await tx.append({
      ...scopeOf(current, attempt.id),
      type: "workspace.opened",
      data: { attempt_id: attempt.id, path: opened.path, base_sha: baseSha, sandbox: run.sandbox },
    });
  });
  return {
    ok: true,
    value: {
      path: opened.path,
      baseSha,
      startSha,
      untouched: startSha === newest,
      conflicts: joined?.files ?? [],
      instructions: await readInstructions(deps, project, baseSha),
    },
    detail: `on ${startSha.slice(0, 12)}`,
  };
}

/** A person has work revised that does not fit its base any more: it goes on from both, or it could never land. */
async function joinNewerBase({ deps, task, project, signal }: Run, head: string, base: string) {
  if (task.revisions === 0) return undefined;
  const message = `Merge ${task.base_branch} into the work, conflicts to be resolved\n\nTask: ${task.id}`;
  return deps.workspaces.joinBase({ projectId: project.id, head, base, message, signal });
}

/** What a crashed attempt had in its working tree is snapshotted before the tree goes; work is never dropped. */
async function salvage(run: Run, baseSha: string): Promise<string | undefined> {
  const { workspaces, storage } = run.deps;
  const crashed = await crashedAttempts(storage.reader, run.task.id);
  if (crashed.length === 0) return undefined;
  const left = await workspaces.list();
  const newest = crashed.map((id) => left.find((entry) => entry.attemptId === id)).find((entry) => entry);
  const sha = newest && (await keepWork(run, newest, baseSha));
  // Also trees that were being made when the server died, which nothing lists.
  for (const id of crashed) await workspaces.remove(id);
  return sha;
}

/** Snapshots the tree an interrupted attempt left and makes it what the task stands at. Undefined when it held nothing new. */
export async function keepWork(
  run: Run,
  place: { readonly attemptId: string; readonly path: string },
  baseSha: string,
): Promise<string | undefined> {
  const { deps, task, project, attempt } = run;
  const taken = await deps.workspaces.snapshot({
    projectId: project.id,
    taskId: task.id,
    attemptId: place.attemptId,
    path: place.path,
    parentSha: task.head_sha ?? baseSha,
    baseSha,
    message: `${task.title}\n\nTask: ${task.id}\nWork of an interrupted attempt`,
  });
  if (taken.status !== "ok" || taken.empty) return undefined;
  await writeAs(deps.log, attempt, "salvage", (tx) =>
    patchTask(tx, task.id, { head_sha: taken.sha, changes: JSON.stringify(taken.stat) }),
  );
  return taken.sha;
}

/** The project's own settings count only as a person approved them; a change on the base branch asks again. */
async function checkProjectFile(run: Run, baseSha: string): Promise<StageResult<null>> {
  const { deps, project, task, attempt } = run;
  const file = await deps.projectFile(project, baseSha);
  const recorded = await writeAs(deps.log, attempt, "project file", (tx) =>
    recordProjectFile(tx, project, file),
  );
  if (fileState(recorded) !== "unapproved") return { ok: true, value: null };
  return waitFor(
    "config_unapproved",
    `The project's own ${file.rules === null ? "settings file .harness/config.toml" : "files .harness/config.toml or .harness/policy.rules"} of ${project.name} is new or has changed on ${task.base_branch}; a person must approve it.`,
    [`harness project approve ${project.name}`, `harness task unblock ${task.id}`],
  );
}

/** A task that depends on another of its project starts from that one's result. */
async function dependencyHead(run: Run): Promise<string | undefined> {
  const { reader } = run.deps.storage;
  const rows = await reader
    .selectFrom("task_dependencies")
    .select("depends_on")
    .where("task_id", "=", run.task.id)
    .execute();
  const ended = (await Promise.all(rows.map((row) => findTask(reader, row.depends_on)))).filter(
    (task) => task?.project_id === run.project.id && task.status === "done" && task.head_sha !== null,
  );
  // Several results: the one that finished last, which, when they build on each other, holds the others.
  ended.sort((a, b) => (b?.finished_at ?? 0) - (a?.finished_at ?? 0));
  return ended[0]?.head_sha ?? undefined;
}

/** Trouble with the repository waits for a person; trouble with the machine is tried again. */
export function repositoryTrouble(run: Run, error: unknown): StageResult<never> {
  if (isHarnessError(error, "lease_lost")) throw error;
  if (isDiskFull(error)) {
    run.deps.space.report(error);
    return spaceWait(run.task.id);
  }
  if (
    isHarnessError(error, "repo_config_tampered") ||
    isHarnessError(error, "not_a_repository") ||
    isHarnessError(error, "invalid_ref")
  ) {
    const accept = error.code === "repo_config_tampered" ? [`harness project set ${run.project.name}`] : [];
    return waitFor("repository", error.message, [...accept, `harness task unblock ${run.task.id}`]);
  }
  const message = error instanceof Error ? error.message : String(error);
  run.deps.logger.warn({ err: error, task_id: run.task.id }, "stage failed");
  return failWith(isHarnessError(error) ? error.code : "internal", message, true);
}
