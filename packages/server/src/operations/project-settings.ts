import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import {
  HarnessError,
  MOST_TEMPLATES,
  noCaps,
  type Params,
  type ProjectProposal,
  ProjectSettings,
  sandboxProfile,
  type Templates,
} from "@harness/protocol";
import { hashProjectConfig, parseProjectConfig } from "../config/index.ts";
import { detectProject, PROJECT_RULES_FILE, type ProjectFiles } from "../projects/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller } from "./invoke.ts";

/** Settings a caller may give; what is left out comes from the project's file, detection and defaults. */
export type SettingsWish = Omit<Params<"project/update">, "project" | "default" | "active">;

const FILE = ".harness/config.toml";
const FILE_CAP = 1024 * 1024;

/** What stands in a repository at the tip of its base branch. */
export interface Inspection {
  readonly root: string;
  readonly base_branch: string;
  readonly file: ProjectFiles;
  readonly proposal: ReturnType<typeof detectProject>;
}

/** The real path of a project root, refused unless it lies in an allowed directory. */
export async function allowedRoot(deps: OperationsDeps, root: string): Promise<string> {
  const real = await realpath(root).catch((cause: unknown) => {
    throw new HarnessError(
      "not_a_repository",
      `There is no directory ${root}.`,
      { field: "root", got: root },
      { cause },
    );
  });
  inAllowedRoots(deps, real, "root");
  return real;
}

/**
 * Refuses a repository of another user to whoever asks over the network: it may be made to look like work of one's own.
 * The operator's own file and command line may name one, for he knows whose it is.
 */
export async function ownRoot(root: string, by: Pick<Caller, "via">): Promise<void> {
  const own = process.geteuid?.();
  if (own === undefined || by.via === "cli" || (await stat(root)).uid === own) return;
  throw new HarnessError(
    "root_not_allowed",
    `${root} belongs to another user. Name it in [[projects]] of the configuration, or give it to the user of this server.`,
    { field: "root", got: root },
  );
}

/** Refuses a real path outside the directories Harness may work in for a person. */
export function inAllowedRoots(deps: OperationsDeps, real: string, field: string): void {
  const inside = deps.allowedRoots.some(
    (allowed) =>
      real === allowed || real.startsWith(allowed.endsWith(path.sep) ? allowed : allowed + path.sep),
  );
  if (inside) return;
  throw new HarnessError(
    "root_not_allowed",
    `${real} lies outside the directories projects may lie in. Add its parent to server.allowed_project_roots.`,
    {
      field,
      got: real,
      allowed: deps.allowedRoots,
    },
  );
}

/** Looks at a repository as it stands at the base branch; runs nothing in it. */
export async function inspect(
  deps: OperationsDeps,
  root: string,
  wishedBase: string | undefined,
): Promise<Inspection> {
  const facts = await deps.workspaces.inspectRepository(await allowedRoot(deps, root));
  const base_branch = wishedBase ?? facts.defaultBranch;
  if (base_branch === undefined) {
    throw new HarnessError(
      "not_a_repository",
      `The repository ${facts.root} has no branch with a commit. Make a first commit.`,
      { field: "root", got: root },
    );
  }
  const commit = await deps.workspaces.resolveBase(facts.root, base_branch);
  const files = await deps.workspaces.listTree({ root: facts.root, commit });
  const texts = new Map<string, string | undefined>();
  // Detection reads a handful of files at the root; fetching them first keeps it pure.
  const wanted = files
    .filter(
      (file) =>
        !file.path.includes("/") &&
        /\.(json|toml|txt|cfg|ini|md|lock|mod|gradle|xml|exs|yml|yaml)$|^(Makefile|makefile|GNUmakefile|\.gitattributes|\.gitignore|Gemfile|Rakefile|.*\.example)$/.test(
          file.path,
        ),
    )
    .slice(0, 60);
  for (const file of wanted) {
    texts.set(
      file.path,
      await deps.workspaces.readBaseFile("", facts.root, commit, file.path, FILE_CAP).catch(() => undefined),
    );
  }
  const proposal = detectProject({ files: files.map((file) => file.path), read: (name) => texts.get(name) });
  return { root: facts.root, base_branch, file: await projectFile(deps, facts.root, commit), proposal };
}

/** The project's own settings file, and its rules, as they stand at a commit. */
export async function projectFile(
  deps: Pick<OperationsDeps, "workspaces">,
  root: string,
  commit: string,
): Promise<ProjectFiles> {
  const [text, rules] = await Promise.all(
    [FILE, PROJECT_RULES_FILE].map((file) => deps.workspaces.readBaseFile("", root, commit, file, FILE_CAP)),
  );
  const sha256 =
    text === undefined && rules === undefined ? null : hashProjectConfig(text ?? "", rules ?? null);
  return { sha256, text: text ?? null, rules: rules ?? null };
}

/** The settings detection proposes, on the server's defaults. */
export function proposedSettings(deps: OperationsDeps, found: Inspection): ProjectSettings {
  const { config } = deps;
  const { review } = config.agents;
  return {
    base_branch: found.base_branch,
    branch_prefix: "harness/",
    setup: found.proposal.setup.map((argv) => [...argv]),
    copy_files: [...found.proposal.copy_files],
    cache_dirs: [...found.proposal.cache_dirs],
    validation: found.proposal.validation.map((command) => ({ name: command.name, argv: [...command.argv] })),
    validation_timeout_secs: config.limits.validation_timeout_secs,
    agent: config.agents.default_agent,
    review: {
      enabled: review.enabled,
      reviewer_agent: review.reviewer_agent,
      max_rounds: review.max_rounds,
      allow_same_agent: review.allow_same_agent,
    },
    max_concurrent: config.concurrency.max_concurrent_tasks,
    lfs: false,
    submodules: false,
    night_limits: noCaps,
    takeover: false,
    sandbox: null,
    templates: {},
    protected_paths: [],
    allowed_hosts: [],
  };
}

/** Applies the project's own file (when approved) and the caller's wishes, in that order, and checks the result. */
export function mergeSettings(
  base: ProjectSettings,
  fileText: string | null,
  wish: SettingsWish,
): ProjectSettings {
  const fromFile = fileText === null ? {} : parseProjectConfig(fileText, FILE).settings;
  // A repository may ask for fewer tasks at once than the operator allows, never for more.
  const max_concurrent = Math.min(base.max_concurrent, fromFile.max_concurrent ?? base.max_concurrent);
  const { default_agent, review, night_limits, sandbox, ...rest } = wish;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return ProjectSettings.parse({
    ...base,
    ...fromFile,
    max_concurrent,
    ...given,
    ...(default_agent === undefined ? {} : { agent: default_agent }),
    ...(sandbox === undefined ? {} : { sandbox: sandbox === null ? null : sandboxProfile(sandbox) }),
    review: { ...base.review, ...fromFile.review, ...review },
    // Limits are the operator's: nothing a repository says reaches them.
    night_limits: { ...base.night_limits, ...night_limits },
    templates: mergeTemplates(base.templates, fromFile.templates ?? {}),
  });
}

/** The file's words replace a person's in a template of the same name; the limits a person set stay. */
function mergeTemplates(base: Templates, fromFile: Templates): Templates {
  const merged = { ...base };
  for (const [name, template] of Object.entries(fromFile)) merged[name] = { ...merged[name], ...template };
  if (Object.keys(merged).length > MOST_TEMPLATES)
    throw new HarnessError(
      "config_invalid",
      `With those of ${FILE} the project has more than ${MOST_TEMPLATES} templates. Remove some: harness project template remove.`,
      { field: "templates", expected: `at most ${MOST_TEMPLATES} templates` },
    );
  return merged;
}

/** The proposal as clients see it. */
export function toProposal(found: Inspection, settings: ProjectSettings): ProjectProposal {
  return {
    root: found.root,
    name: projectName(found.root),
    languages: [...found.proposal.languages],
    settings,
    file: {
      ...found.file,
      approved_sha256: null,
      state: found.file.sha256 === null ? "absent" : "unapproved",
    },
    notes: [...found.proposal.notes],
  };
}

/** A project's name when none is given: its directory's. */
export function projectName(root: string): string {
  const name = path
    .basename(root)
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[^A-Za-z0-9]+/, "")
    .slice(0, 100);
  return name === "" ? "project" : name;
}
