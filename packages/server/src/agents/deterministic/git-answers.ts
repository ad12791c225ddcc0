import path from "node:path";
import { confinedGit, confinedGitEnvironment } from "../../git/index.ts";
import { CommandEnd, runConfined } from "../confined-command.ts";
import { bounded } from "../json-line.ts";
import { type Answer, type Desk, fenced, shown } from "./desk.ts";
import type { Intent } from "./intent.ts";

const GIT_MS = 60_000;
const MAX_SHOWN = 24_000;

/** Answers about the repository's state, from git itself, run in the sandbox and unable to change anything. */
export async function answerFromGit(
  intent: Extract<Intent, { kind: `git_${string}` | "identity" }>,
  desk: Desk,
): Promise<Answer> {
  const inside = await quiet(desk, ["rev-parse", "--is-inside-work-tree"]);
  if (inside.failed) return { text: notARepository(inside) };
  switch (intent.kind) {
    case "git_status":
      return status(desk);
    case "git_diff":
      return diff(desk, intent);
    case "git_branch":
      return branches(desk);
    case "git_log":
      return log(desk, intent);
    case "identity":
      return identity(desk);
  }
}

async function status(desk: Desk): Promise<Answer> {
  const found = await git(desk, ["status", "--short", "--branch"]);
  const changed = found.stdout.split("\n").filter((line) => line !== "" && !line.startsWith("##")).length;
  const head =
    changed === 0 ? "Nothing is changed." : `${changed} ${changed === 1 ? "file is" : "files are"} changed.`;
  return { text: said(found, head) };
}

async function diff(
  desk: Desk,
  { staged, path: name }: Extract<Intent, { kind: "git_diff" }>,
): Promise<Answer> {
  const where = name === undefined ? [] : ["--", name];
  const born = !(await quiet(desk, ["rev-parse", "--verify", "-q", "HEAD"])).failed;
  const against = staged ? ["--staged"] : born ? ["HEAD"] : [];
  const found = await git(desk, ["diff", "--stat", "--patch", ...against, ...where]);
  const fresh = staged
    ? undefined
    : await quiet(desk, ["ls-files", "--others", "--exclude-standard", ...where]);
  const untracked = fresh?.stdout.trim() ?? "";
  const against_words = staged ? "Staged changes" : "Changes since the last commit";
  const what = name === undefined ? against_words : `${against_words} in ${name}`;
  const parts = [
    found.stdout.trim() === "" && !found.failed ? `${what}: none.` : said(found, `${what}:`, "diff"),
  ];
  if (untracked !== "") parts.push(`Files git does not track yet:\n${fenced(bounded(untracked, MAX_SHOWN))}`);
  return { text: parts.join("\n\n") };
}

async function branches(desk: Desk): Promise<Answer> {
  const now = (await quiet(desk, ["branch", "--show-current"])).stdout.trim();
  const found = await git(desk, ["branch", "--list", "--verbose", "--no-abbrev"]);
  const head = now === "" ? "No branch is checked out; HEAD is detached." : `The branch is \`${now}\`.`;
  return { text: said(found, head) };
}

async function log(desk: Desk, { count, path: name }: Extract<Intent, { kind: "git_log" }>): Promise<Answer> {
  const where = name === undefined ? [] : ["--", name];
  const format = "--format=%h %ad %an: %s";
  const found = await git(desk, ["log", `--max-count=${count}`, "--date=short", format, ...where]);
  if (found.failed && /does not have any commits/.test(found.stderr))
    return { text: "There is no commit yet." };
  const commits = found.stdout.trim() === "" ? 0 : found.stdout.trim().split("\n").length;
  const of = name === undefined ? "" : ` of ${name}`;
  if (commits === 0 && !found.failed) return { text: `There is no commit${of}.` };
  return { text: said(found, commits === 1 ? `The last commit${of}:` : `The last ${commits} commits${of}:`) };
}

async function identity(desk: Desk): Promise<Answer> {
  const root = (await quiet(desk, ["rev-parse", "--show-toplevel"])).stdout.trim();
  const remotes = (await quiet(desk, ["remote", "--verbose"])).stdout
    .split("\n")
    .flatMap(
      (line) => /^(\S+)\s+(.+?)\s+\(fetch\)$/.exec(line)?.slice(1, 3).map(withoutLogin).join(" ") ?? [],
    );
  const head = (await quiet(desk, ["log", "-1", "--format=%H %s"])).stdout.trim();
  const branch = (await quiet(desk, ["branch", "--show-current"])).stdout.trim();
  const url = remotes.find((line) => line.startsWith("origin "))?.split(" ")[1] ?? remotes[0]?.split(" ")[1];
  const name = path.basename((url ?? root).replace(/[/\\]+$/, "").replace(/\.git$/, "")).replace(/^.*:/, "");
  const lines = [
    `This is the repository \`${name}\`.`,
    "",
    `- root: ${root}`,
    `- remote: ${remotes.length === 0 ? "none" : remotes.join(", ")}`,
    `- branch: ${branch === "" ? "none (HEAD is detached)" : branch}`,
    `- head: ${head === "" ? "no commit yet" : head}`,
  ];
  return { text: lines.join("\n") };
}

/** A command a person would like to see: shown as an item. */
function git(desk: Desk, args: readonly [string, ...string[]]): Promise<CommandEnd> {
  const item = { kind: "command", name: "git", command: `git ${args.join(" ")}` } as const;
  return shown(desk, item, async () => {
    const value = await quiet(desk, args);
    const output = bounded([value.stdout, value.stderr].filter(Boolean).join("\n"));
    return { value, done: { output, exit_code: value.exit_code, failed: value.failed } };
  });
}

function quiet(desk: Desk, args: readonly [string, ...string[]]): Promise<CommandEnd> {
  return desk.turn.effect(`git ${args.join(" ")}`, CommandEnd, () => {
    const argv = confinedGit(desk.turn.workspace, args);
    return runConfined(desk, { argv, timeout_ms: GIT_MS, network: false, env: confinedGitEnvironment });
  });
}

function said(end: CommandEnd, head: string, language = ""): string {
  if (end.failed) return `git could not answer (${end.ended}): ${end.stderr.trim().slice(0, 1_000)}`;
  return `${head}\n\n${fenced(bounded(end.stdout, MAX_SHOWN), language)}`;
}

function notARepository(end: CommandEnd): string {
  return end.exit_code === 128
    ? "The working directory is not a git repository."
    : `git cannot be used here (${end.ended}): ${end.stderr.trim().slice(0, 1_000)}`;
}

/** A remote's address as it may be shown: without a name and password in it. */
function withoutLogin(text: string): string {
  return text.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
}
