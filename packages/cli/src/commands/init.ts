import { lstatSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ProjectProposal } from "@harness/protocol";
import type { CommandDefinition } from "../command.ts";
import { CommandFailure, exitCodes, usageFailure } from "../failure.ts";
import { repositoryRoot } from "../repository.ts";

/** `harness init`: writes the project's own settings file, filled from detection. */
export const initCommand: CommandDefinition = {
  path: "init",
  summary: "Write a commented .harness/config.toml for the current repository; never overwrites one",
  positionals: [{ param: "root", doc: "The repository; the current one unless told" }],
  forms: () => [],
  extras: [],
  absent: {},
  notes: `The file counts once it is on the base branch and a person has approved its hash (harness project approve).`,
  async run(context, { params }) {
    const { cwd } = context.surroundings;
    const given = typeof params["root"] === "string" ? path.resolve(cwd, params["root"]) : cwd;
    const root = repositoryRoot(given);
    if (root === undefined)
      throw usageFailure(`${given} is not in a git repository.`, {
        field: "root",
        hint: "Run git init first.",
      });
    const file = path.join(root, ".harness", "config.toml");
    refuseExisting(root, file);
    const proposal = await context.ask("project/detect", { root });
    write(root, file, projectFileText(proposal));
    if (context.json) context.out.json({ path: file });
    else context.out.line(`Wrote ${file}. Read it, commit it, then approve it with harness project approve.`);
    return exitCodes.ok;
  },
};

function refuseExisting(root: string, file: string): void {
  for (const at of [path.join(root, ".harness"), file]) {
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (found === undefined || (at !== file && found.isDirectory())) continue;
    throw new CommandFailure("file_exists", `${at} exists; it is not touched.`, {
      exitCode: exitCodes.usage,
    });
  }
}

function write(root: string, file: string, text: string): void {
  mkdirSync(path.join(root, ".harness"), { recursive: true });
  try {
    writeFileSync(file, text, { flag: "wx" });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandFailure("file_exists", `${file} could not be written: ${reason}.`, { cause });
  }
}

/** The settings of a proposal as a project file: what was found is set, the rest is shown as comments. */
export function projectFileText(proposal: ProjectProposal): string {
  const { settings, languages } = proposal;
  const commands = settings.validation === "none" ? [] : settings.validation.map(({ argv }) => argv);
  return `# How Harness builds and proves work in this repository.
# It counts as it stands on the base branch, once a person has approved its hash: harness project approve.
# Detected: ${languages.join(", ") || "no language we know"}.

[git]
base_branch = ${text(settings.base_branch)}
# branch_prefix = ${text(settings.branch_prefix)}

# Commands run without a shell, each as a list of words.
[setup]
${lines("commands", settings.setup)}
${strings("cache_dirs", settings.cache_dirs)}

[workspace]
# Files that are not in git but needed, by name.
${strings("copy_files", settings.copy_files)}
# lfs = ${settings.lfs}
# submodules = ${settings.submodules}

# What proves the work; Harness runs it on a clean checkout of each commit. Without commands work waits.
[validation]
${lines("commands", commands)}
# timeout_secs = ${settings.validation_timeout_secs}

[review]
# enabled = ${settings.review.enabled}
# reviewer_agent = "claude"
# max_rounds = ${settings.review.max_rounds}

[agent]
# default = ${text(settings.agent)}

[concurrency]
# max_concurrent_tasks = ${settings.max_concurrent}
`;
}

function lines(name: string, commands: readonly (readonly string[])[]): string {
  if (commands.length === 0) return `# ${name} = [["npm", "ci"]]`;
  return `${name} = [\n${commands.map((argv) => `  [${argv.map(text).join(", ")}],\n`).join("")}]`;
}

function strings(name: string, values: readonly string[]): string {
  return values.length === 0 ? `# ${name} = []` : `${name} = [${values.map(text).join(", ")}]`;
}

/** A TOML basic string; JSON escapes are the same but for DEL. */
function text(value: string): string {
  return JSON.stringify(value).replaceAll("\u007f", "\\u007f");
}
