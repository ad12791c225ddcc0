import { checkObjectId, type GitIdentity, type GitRunner } from "../git/index.ts";
import { checkId, type Layout } from "./layout.ts";
import type { Mirrors } from "./mirror.ts";

/** Work a task is to begin with. The mirror holds it. */
export interface AdoptSpec {
  readonly projectId: string;
  readonly taskId: string;
  readonly sha: string;
  readonly message: string;
}

/**
 * Makes a commit with the files of another on top of it, the task's own first snapshot, and keeps it on a ref of the
 * task: it stays when the conversation goes. What the conversation's commit says of itself stays true beneath it.
 */
export async function adopt(
  deps: {
    readonly git: GitRunner;
    readonly mirrors: Mirrors;
    readonly layout: Layout;
    readonly identity: GitIdentity;
  },
  { projectId, taskId, sha, message }: AdoptSpec,
): Promise<string> {
  checkObjectId(sha);
  const gitDir = deps.layout.mirror(projectId);
  // Sorts before every attempt, as it was there before them.
  const ref = `refs/harness/${checkId(taskId)}/adopted/1`;
  return deps.mirrors.exclusive(projectId, async () => {
    const { stdout } = await deps.git.run({
      gitDir,
      args: ["commit-tree", "-p", sha, "-F", "-", `${sha}^{tree}`],
      stdin: `${message.replaceAll("\0", "").trim()}\n`,
      identity: deps.identity,
    });
    const made = stdout.trim();
    await deps.git.run({ gitDir, args: ["update-ref", ref, made] });
    return made;
  });
}
