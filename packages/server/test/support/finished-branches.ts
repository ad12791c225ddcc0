import { writeFileSync } from "node:fs";
import path from "node:path";
import type { World } from "../scenarios/world.ts";
import { userGit } from "./git-fixture.ts";

/** What a finished task left in its branch. */
export interface FinishedBranch {
  readonly title: string;
  /** Files by name; null deletes one. */
  readonly files: Readonly<Record<string, string | null>>;
  /** Title of the finished task whose result this one was started from. */
  readonly after?: string;
}

/** Makes finished tasks with real branches, without running an agent. Answers the ids by title, in order. */
export async function finishedBranches(
  w: World,
  branches: readonly FinishedBranch[],
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  const names = new Map<string, string>();
  const project = await w.call("project/get", { project: "app" });
  for (const { title, files, after } of branches) {
    const dependency = after === undefined ? [] : [ids.get(after) ?? ""];
    const id = await w.submit({ prompt: title, depends_on: dependency });
    const branch = `harness/${title.replaceAll(" ", "-")}`;
    userGit(w.root, "switch", "-qc", branch, after === undefined ? "main" : (names.get(after) ?? ""));
    for (const [name, text] of Object.entries(files))
      if (text === null) userGit(w.root, "rm", "-q", name);
      else writeFileSync(path.join(w.root, name), text);
    userGit(w.root, "add", "-A");
    userGit(w.root, "commit", "-qm", title);
    const head_sha = userGit(w.root, "rev-parse", "HEAD");
    userGit(w.root, "switch", "-q", "main");
    await w.app.operations.workspaces.refreshMirror({ projectId: project.id, root: w.root, base: branch });
    await w.app.log.write(({ db, now }) =>
      db
        .updateTable("tasks")
        .set({ status: "done", head_sha, branch, finished_at: now, started_at: now, block_reason: null })
        .where("id", "=", id)
        .execute(),
    );
    ids.set(title, id);
    names.set(title, branch);
  }
  return ids;
}
