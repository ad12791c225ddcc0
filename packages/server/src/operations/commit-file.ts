import { HarnessError, type Parsed, type Result } from "@harness/protocol";
import { getTask, refuseDiscarded } from "../tasks/index.ts";
import { getThread } from "../threads/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";

/** Longest part of a file that is answered (bytes). */
const FILE_CAP = 1024 * 1024;

/** Whole files of the work of a task and of a thread. */
export function commitFileHandlers(deps: OperationsDeps): Pick<Handlers, "task/file" | "thread/file"> {
  const db = () => deps.storage.reader;
  return {
    "task/file": async ({ task_id, path, commit }: Parsed<"task/file">) => {
      const task = await getTask(db(), task_id);
      refuseDiscarded(task, "show a file of");
      const { project_id, head_sha, base_sha } = task;
      return fileAt(deps, project_id, path, sideOf(`task ${task_id}`, { head_sha, base_sha }, commit));
    },
    "thread/file": async ({ thread_id, path, commit }: Parsed<"thread/file">) => {
      const thread = await getThread(db(), thread_id);
      return fileAt(deps, thread.project_id, path, sideOf(`thread ${thread_id}`, thread, commit));
    },
  };
}

/** The commit that is meant: nobody reads others of the mirror through a task. */
function sideOf(
  whose: string,
  { head_sha, base_sha }: { readonly head_sha: string | null; readonly base_sha: string | null },
  commit: string | undefined,
): string {
  const wanted = commit ?? head_sha;
  if (wanted !== null && (wanted === head_sha || wanted === base_sha)) return wanted;
  throw new HarnessError(
    "snapshot_not_found",
    head_sha === null
      ? `Cannot show a file of ${whose}: it has no snapshot yet. Ask again once a turn of it has ended.`
      : `Cannot show a file of ${whose} at ${wanted}: its newest snapshot is ${head_sha}, its base ${base_sha}.`,
    { field: "commit", got: commit },
  );
}

async function fileAt(
  { workspaces, redact }: OperationsDeps,
  projectId: string,
  path: string,
  commit: string,
): Promise<Result<"task/file">> {
  const [file] = await workspaces.readFiles({
    projectId,
    commit,
    paths: [path],
    fileBytes: FILE_CAP,
    totalBytes: FILE_CAP * 2,
  });
  if (file === undefined)
    throw new HarnessError("path_not_found", `Commit ${commit} has no file ${JSON.stringify(path)}.`, {
      field: "path",
      got: path,
    });
  // What git, too, takes for no text.
  const binary = file.text.includes("\0");
  const text = binary ? null : redact(file.text);
  const numbered = text !== null && lineCount(text) === lineCount(file.text);
  return { commit, path, text, binary, cut: file.cut, numbered };
}

function lineCount(text: string): number {
  return text.split("\n").length;
}
