import type { Workspaces } from "../workspaces/index.ts";

/** A tree that was just set up. */
export interface ReadyTree {
  readonly projectId: string;
  readonly taskId: string;
  readonly attemptId: string;
  readonly path: string;
  /** What it held before. */
  readonly beforeSha: string;
  readonly baseSha: string;
  /** What the snapshot is of, for its message. */
  readonly subject: string;
}

/** New files that setup left, such as a lock file, must not become part of the change. */
export async function setSetupAside(
  workspaces: Pick<Workspaces, "snapshot" | "diff" | "notes">,
  tree: ReadyTree,
): Promise<void> {
  const { beforeSha, subject, ...place } = tree;
  const message = `${subject}\nWhat setup left`;
  const taken = await workspaces.snapshot({ ...place, parentSha: beforeSha, message });
  if (taken.status !== "ok" || taken.empty) return;
  const { projectId, attemptId } = tree;
  const { files } = await workspaces.diff({ projectId, from: beforeSha, to: taken.sha, capBytes: 0 });
  const added = files.filter((file) => file.status === "added").map((file) => file.path);
  await workspaces.notes.setAside(attemptId, added);
}
