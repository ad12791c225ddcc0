import { z } from "zod";
import { operation } from "./operation.ts";
import { TaskId } from "./task.ts";
import { ThreadId } from "./thread.ts";
import { CommitSha } from "./words.ts";

/** A path within a repository, as git names it. */
const RepositoryPath = z
  .string()
  .min(1)
  .max(4096)
  .regex(/^[^\0]+$/, "expected a path without a zero byte");

const Commit = CommitSha.optional().meta({
  description: "The newest snapshot, or the base it is compared with; the newest snapshot unless told",
});

/** A file as a commit has it. */
const CommitFile = z
  .object({
    commit: CommitSha,
    path: z.string(),
    text: z.string().nullable().meta({ description: "null for a file that is no text" }),
    binary: z.boolean(),
    cut: z.boolean().meta({ description: "True when the file goes on: 1 MB of it is answered" }),
    numbered: z.boolean().meta({
      description: "False when a secret of several lines was taken out: its lines are not where they were",
    }),
  })
  .meta({ id: "CommitFile" });
export type CommitFile = z.infer<typeof CommitFile>;

/** Reading whole files of what was changed, for whoever wants to see more than the change. */
export const commitFileOperations = {
  "task/file": operation({
    summary: "A file as the work of a task has it, or as its base had it",
    http: ["GET /tasks/{task_id}/file"],
    scope: "read",
    mcp: false,
    params: () => z.strictObject({ task_id: TaskId, path: RepositoryPath, commit: Commit }),
    result: () => CommitFile,
    errors: ["task_not_found", "task_discarded", "snapshot_not_found", "path_not_found", "git_failed"],
  }),
  "thread/file": operation({
    summary: "A file as the newest snapshot of a thread has it, or as its base had it",
    http: ["GET /threads/{thread_id}/file"],
    scope: "read",
    mcp: false,
    params: () => z.strictObject({ thread_id: ThreadId, path: RepositoryPath, commit: Commit }),
    result: () => CommitFile,
    errors: ["thread_not_found", "snapshot_not_found", "path_not_found", "git_failed"],
  }),
} as const;
