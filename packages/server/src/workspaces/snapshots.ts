import { checkId } from "./layout.ts";
import type { Mirrors } from "./mirror.ts";

const SNAPSHOT = /^refs\/harness\/([^/]+)\/([^/]+)\/(\d+)$/;

/** A commit on `refs/harness/<task>/<attempt>/<n>`: what an attempt's tree held after a turn. */
export interface Snapshot {
  readonly taskId: string;
  readonly attemptId: string;
  readonly n: number;
  readonly sha: string;
}

/** The snapshots in a project's mirror, or of one task or attempt in it. The newest of a task last. */
export async function listSnapshots(
  mirrors: Mirrors,
  spec: { readonly projectId: string; readonly taskId?: string; readonly attemptId?: string },
): Promise<Snapshot[]> {
  const task = spec.taskId === undefined ? "" : `${checkId(spec.taskId)}/`;
  const attempt = spec.attemptId === undefined ? "" : `${checkId(spec.attemptId)}/`;
  const refs = await mirrors.refs(spec.projectId, `${task}${attempt}`);
  return refs
    .flatMap(({ ref, sha }) => {
      const [, taskId, attemptId, n] = SNAPSHOT.exec(ref) ?? [];
      return taskId === undefined || attemptId === undefined
        ? []
        : [{ taskId, attemptId, n: Number(n), sha }];
    })
    .sort((a, b) => (a.attemptId === b.attemptId ? a.n - b.n : a.attemptId < b.attemptId ? -1 : 1));
}
