import type { TaskRecord } from "../tasks/index.ts";

type Subject = Pick<TaskRecord, "head_sha" | "revisions"> & {
  readonly request: Pick<TaskRecord["request"], "proves">;
};

/**
 * What attempts inherit, with the checkpoint a task was made to prove as the finished first round. Once the work stands
 * elsewhere, by an agent's hand or a person's wish, it is worked on like any other.
 */
export function withProven(
  task: Subject,
  finished: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, unknown> {
  const { proves } = task.request;
  if (proves === undefined || finished.has("snapshot/1")) return finished;
  if (task.revisions > 0 || task.head_sha !== proves.commit) return finished;
  const { commit, files } = proves;
  return new Map([["snapshot/1", { commit, files }], ...finished]);
}

/** What is said of a stage whose result is the work a task began with. */
export function beganWith(task: Subject, result: unknown): string | undefined {
  const { proves } = task.request;
  const isIt = typeof result === "object" && result !== null && "files" in result && "commit" in result;
  return isIt && result.commit === proves?.commit
    ? `the checkpoint ${proves?.checkpoint.slice(0, 12)} of conversation ${proves?.thread_id}`
    : undefined;
}
