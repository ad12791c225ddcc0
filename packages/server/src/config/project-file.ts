import { createHash } from "node:crypto";
import type { ProjectSettings, ReviewSettings } from "@harness/protocol";
import { laterProjectTables, laterTable } from "./later-keys.ts";
import { located } from "./layer.ts";
import { type ConfigWarning, configError, didYouMean, flatten, type Problem } from "./problem.ts";
import { projectFileShape } from "./shapes.ts";
import { parseToml, type TomlDocument } from "./toml.ts";

/** What a project's own file changes of its settings; everything it does not mention stays as it is. */
export type ProjectFileSettings = Partial<
  Omit<ProjectSettings, "review" | "night_limits" | "takeover" | "sandbox">
> & {
  readonly review?: Partial<ReviewSettings>;
};

/** The settings of a project file and what it says that has no effect yet. */
export interface ParsedProjectFile {
  readonly settings: ProjectFileSettings;
  readonly warnings: ConfigWarning[];
}

/**
 * Reads a project's `.harness/config.toml`. The file comes from a repository, so it can say how the project is
 * built and proven and nothing else: executables of agents, environment, sandbox, network and limits are refused
 * by name (`config_invalid`). The caller decides whether a person has approved this very text.
 */
export function parseProjectConfig(source: Buffer | string, label: string): ParsedProjectFile {
  const document = parseToml(source, label);
  const warnings: ConfigWarning[] = [];
  const problems: Problem[] = [];
  const tree = withoutLater(document, warnings, problems);
  const parsed = projectFileShape.safeParse(tree);
  if (!parsed.success)
    for (const issue of flatten(parsed.error.issues, projectFileShape))
      problems.push(problem(document, issue));
  const [first, ...others] = problems;
  if (first !== undefined) throw configError([first, ...others]);
  if (!parsed.success) return { settings: {}, warnings };
  return { settings: settingsOf(parsed.data), warnings };
}

/**
 * The hash a person approves: SHA-256 of the file's bytes, in hexadecimal. Where the project has rules of its own
 * beside it, one hash covers both.
 */
export function hashProjectConfig(source: Buffer | string, rules: string | null = null): string {
  const hash = createHash("sha256").update(source);
  return (rules === null ? hash : hash.update("\0").update(rules)).digest("hex");
}

const operatorOnly: Readonly<Record<string, string>> = {
  agents: "which programs agents are",
  server: "the server",
  sandbox: "the sandbox",
  limits: "limits",
  night: "what a night may cost",
  night_limits: "what a night may cost",
  env: "the environment",
  network: "the network",
  projects: "projects",
  observe: "retention",
  notify: "who is told what",
  exec_policy: "what agents may run",
  approvals: "who is asked",
  hooks: "which programs are run when something happens",
  takeover: "which agent may go on with another's work",
};

function withoutLater(
  document: TomlDocument,
  warnings: ConfigWarning[],
  problems: Problem[],
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [table, value] of Object.entries(document.tree)) {
    const what = operatorOnly[table];
    if (what !== undefined) {
      problems.push({
        ...position(document, [table]),
        field: table,
        message: `${table} is not for a project's own file: only the operator's configuration decides ${what}.`,
        hint: "Remove it here.",
      });
      continue;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      kept[table] = value;
      continue;
    }
    const entries = Object.entries(value).filter(([name]) => {
      const later = laterTable(laterProjectTables, [table, name]);
      if (later === undefined) return true;
      warnings.push({
        code: "not_yet",
        field: `${table}.${name}`,
        message: `${table}.${name} has no effect yet: ${later.capability} does not exist in this version.`,
        file: document.label,
        line: document.locator.find([table, name]).line,
      });
      return false;
    });
    const onlyLater =
      laterProjectTables.some((row) => row.table === table) && !(table in projectFileShape.shape);
    if (!onlyLater || entries.length > 0) kept[table] = Object.fromEntries(entries);
  }
  return kept;
}

function position(document: TomlDocument, path: readonly PropertyKey[]) {
  const { line, column } = document.locator.find(path);
  return { at: `${document.label}:${line}:${column}`, line, column };
}

function problem(document: TomlDocument, issue: ReturnType<typeof flatten>[number]): Problem {
  const field = issue.path.map(String).join(".");
  const name = issue.path.at(-1);
  const reserved =
    typeof name === "string" &&
    /^(cli_path|env|sandbox\w*|network|executable|allow_same_agent|priority|turn_timeout_secs|no_progress_turns|same_failure_times|max_\w+)$/.test(
      name,
    );
  const message = located(field, issue.message);
  const hint =
    issue.hint ??
    (reserved && message.endsWith("is not a setting.")
      ? "A project's own file cannot set it; the operator's configuration can."
      : issue.path.length === 1
        ? didYouMean(field, Object.keys(projectFileShape.shape))
        : undefined);
  return { ...position(document, issue.path), field, message, hint };
}

type ProjectFile = ReturnType<typeof projectFileShape.parse>;

function settingsOf(file: ProjectFile): ProjectFileSettings {
  const all: ProjectFileSettings = {
    base_branch: file.git?.base_branch,
    branch_prefix: file.git?.branch_prefix,
    setup: file.setup?.commands,
    cache_dirs: file.setup?.cache_dirs,
    copy_files: file.workspace?.copy_files,
    lfs: file.workspace?.lfs,
    submodules: file.workspace?.submodules,
    validation: validationOf(file.validation),
    validation_timeout_secs: typeof file.validation === "object" ? file.validation.timeout_secs : undefined,
    agent: file.agent?.default,
    allowed_hosts: file.agent?.allowed_hosts,
    review: file.review,
    max_concurrent: file.concurrency?.max_concurrent_tasks,
    templates: file.templates,
    protected_paths: file.policy?.protected_paths,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** `pre_commit` is seed 1's name for the commands; both lists together are what proves the work. */
function validationOf(value: ProjectFile["validation"]): ProjectSettings["validation"] | undefined {
  if (value === undefined || value === "none") return value;
  const lists = [value.pre_commit, value.commands].filter((list) => list !== undefined);
  if (lists.includes("none")) return "none";
  return lists.length === 0 ? undefined : lists.flatMap((list) => (list === "none" ? [] : list));
}
