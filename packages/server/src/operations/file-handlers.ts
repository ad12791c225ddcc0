import { getProject, matchPaths } from "../projects/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { PathLists } from "./path-lists.ts";

/** The files of a project's repository, for whoever types the path of one. */
export function fileHandlers({ storage, workspaces }: OperationsDeps): Pick<Handlers, "project/files"> {
  const lists = new PathLists(async (root, commit) =>
    (await workspaces.listTree({ root, commit })).map(({ path }) => path),
  );
  return {
    "project/files": async ({ project, query = "", ref, limit = 50 }) => {
      const { root, settings } = await getProject(storage.reader, project);
      const branch = ref ?? settings.base_branch;
      const commit = await workspaces.resolveBase(root, branch);
      const { paths, total } = matchPaths(await lists.of(root, commit), query, limit);
      return { ref: branch, commit, paths: [...paths], total, has_more: total > paths.length };
    },
  };
}
