import { isHarnessError, type ProjectSettings, type Result } from "@harness/protocol";
import { fileState, getProject, matchPaths, PROJECT_RULES_FILE } from "../projects/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { PathLists } from "./path-lists.ts";
import { mergeSettings, projectFile } from "./project-settings.ts";

/** The files and branches of a project's repository, for whoever types the path of one, and those that are settings. */
export function fileHandlers(
  deps: OperationsDeps,
): Pick<Handlers, "project/files" | "project/branches" | "project/file"> {
  const { storage, workspaces } = deps;
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
    "project/branches": async ({ project, limit = 100 }) => {
      const { root, settings } = await getProject(storage.reader, project);
      const { branches, ...more } = await workspaces.repositories.branches(root, limit);
      return {
        base_branch: settings.base_branch,
        branches: branches.map(({ name, commit, committed_at: at }) => ({
          name,
          commit,
          committed_at: at === null ? null : new Date(at).toISOString(),
          default: name === settings.base_branch,
        })),
        ...more,
      };
    },
    "project/file": (params) => fileNow(deps, params.project),
  };
}

/** What a person would approve now, and what of it is new. */
async function fileNow(deps: OperationsDeps, key: string): Promise<Result<"project/file">> {
  const project = await getProject(deps.storage.reader, key);
  const { settings, approved_sha256 } = project;
  const commit = await deps.workspaces.resolveBase(project.root, settings.base_branch);
  const file = await projectFile(deps, project.root, commit);
  const state = fileState({ file_sha256: file.sha256, approved_sha256 });
  return {
    base_branch: settings.base_branch,
    commit,
    file: { ...file, approved_sha256, state },
    ...(await judge(deps, settings, file)),
  };
}

async function judge(
  deps: OperationsDeps,
  before: ProjectSettings,
  { text, rules }: { readonly text: string | null; readonly rules: string | null },
): Promise<Pick<Result<"project/file">, "changes" | "problem">> {
  try {
    const changes = differences(before, mergeSettings(before, text, {}));
    if (rules === null) return { changes, problem: null };
    const [fault] = (await deps.policy.check({ file: PROJECT_RULES_FILE, text: rules })).faults;
    const problem = fault ? `${fault.file}:${fault.line}:${fault.column}: ${fault.message}` : null;
    return { changes, problem };
  } catch (error) {
    if (isHarnessError(error, "config_invalid")) return { changes: [], problem: error.message };
    throw error;
  }
}

/** Each setting that is another, by its name. */
function differences(before: ProjectSettings, after: ProjectSettings): Result<"project/file">["changes"] {
  const was = new Map(named(before));
  return named(after).flatMap(([setting, to]) => {
    const from = was.get(setting) ?? null;
    return from === to ? [] : [{ setting, from, to }];
  });
}

/** Settings by name as JSON; what a table holds is named one by one. */
function named(settings: ProjectSettings): [name: string, value: string][] {
  const { review, templates, ...plain } = settings;
  const table = (name: string, values: object) =>
    Object.entries(values).map(
      ([key, value]) => [`${name}.${key}`, JSON.stringify(value)] as [string, string],
    );
  return [
    ...Object.entries(plain).map(([key, value]) => [key, JSON.stringify(value)] as [string, string]),
    ...table("review", review),
    ...table("templates", templates),
  ];
}
