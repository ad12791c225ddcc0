import { HarnessError } from "@harness/protocol";
import type { ProjectRecord } from "../projects/index.ts";
import { getThread, patchThread, setTurnCommit, type ThreadRecord, threadScope } from "../threads/index.ts";
import type { ConversationDeps } from "./conversation-deps.ts";

/** Where a thread's agent works. */
export interface ThreadPlace {
  readonly path: string;
  readonly base_sha: string;
  /** The newest snapshot, or the base. */
  readonly parent_sha: string;
  /** True when it was just made: no agent was in it. */
  readonly fresh: boolean;
}

/**
 * The workspace of a thread: the one that is there, as its agent left it, or a new one at the newest snapshot, at
 * first at its base.
 */
export async function openPlace(
  deps: ConversationDeps,
  project: ProjectRecord,
  thread: ThreadRecord,
  signal?: AbortSignal,
): Promise<ThreadPlace> {
  const base_sha = thread.base_sha ?? (await fixBase(deps, project, thread, signal));
  const parent_sha = thread.head_sha ?? base_sha;
  const known = (await deps.workspaces.list()).find(({ attemptId }) => attemptId === thread.id);
  if (known) return { path: known.path, base_sha, parent_sha, fresh: false };
  const { path } = await deps.workspaces.open({
    projectId: project.id,
    attemptId: thread.id,
    taskId: thread.id,
    startSha: parent_sha,
    root: project.root,
    copyFiles: project.settings.copy_files,
    ...(signal ? { signal } : {}),
  });
  return { path, base_sha, parent_sha, fresh: true };
}

/** The commit a thread starts from, fixed once, so that what it changed stays comparable. */
async function fixBase(
  deps: ConversationDeps,
  project: ProjectRecord,
  thread: ThreadRecord,
  signal?: AbortSignal,
): Promise<string> {
  const base = thread.base_branch ?? project.settings.base_branch;
  const { baseSha } = await deps.workspaces.refreshMirror({
    projectId: project.id,
    root: project.root,
    base,
    ...(signal ? { signal } : {}),
  });
  await deps.log.write((tx) => patchThread(tx, thread.id, { base_sha: baseSha }));
  return baseSha;
}

/**
 * Keeps what the workspace holds now as the checkpoint after a turn, and answers its commit. Nothing new is the
 * checkpoint before.
 */
export async function takeCheckpoint(
  deps: ConversationDeps,
  thread: ThreadRecord,
  place: ThreadPlace,
  turnId: string,
): Promise<string> {
  const taken = await deps.workspaces.snapshot({
    projectId: thread.project_id,
    taskId: thread.id,
    attemptId: thread.id,
    path: place.path,
    parentSha: place.parent_sha,
    baseSha: place.base_sha,
    message: `${thread.title}\n\nThread: ${thread.id}\nTurn: ${turnId}\nTrust: CLAIMED, neither validated nor reviewed`,
  });
  if (taken.status === "workspace_gone")
    throw new HarnessError(
      "git_failed",
      "The agent removed its own workspace; it is made anew from the checkpoint before.",
    );
  const commit = taken.empty ? place.parent_sha : taken.sha;
  await deps.log.write(async (tx) => {
    const now = await getThread(tx.db, thread.id);
    await setTurnCommit(tx, turnId, commit);
    if (taken.empty) return;
    await patchThread(tx, thread.id, { head_sha: commit });
    await tx.append({
      ...threadScope(now),
      turn_id: turnId,
      type: "thread.snapshot",
      actor: "harness",
      data: {
        commit,
        ...taken.stat,
        skipped: taken.skipped.map(({ path, reason }) => ({ path, reason })).slice(0, 200),
      },
    });
  });
  return commit;
}
