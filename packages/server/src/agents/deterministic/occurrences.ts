import { z } from "zod";
import { confinedGit, confinedGitEnvironment } from "../../git/index.ts";
import type { WorkspaceFiles } from "../api/workspace-files.ts";
import { type CommandContext, runConfined } from "../confined-command.ts";

const SEARCH_MS = 30_000;
const MAX_HITS = 2_000;
const MAX_LINE_CHARS = 400;

/** One line that has a word in it. */
const Occurrence = z.object({
  /** Relative to the workspace. */
  file: z.string(),
  /** From 1. */
  line: z.number(),
  text: z.string(),
});
export type Occurrence = z.infer<typeof Occurrence>;

/** Every line with the word, and with what they were found. */
export const Occurrences = z.object({
  found: z.array(Occurrence),
  by: z.enum(["ripgrep", "git grep", "own search"]),
  /** True when there may be more. */
  cut: z.boolean(),
});
export type Occurrences = z.infer<typeof Occurrences>;

/** What the search is done with. */
export interface SearchContext extends CommandContext {
  readonly files: Pick<WorkspaceFiles, "read" | "list">;
}

/**
 * Finds a word in the text files of the workspace, ignored files left out where that is known: with ripgrep where it is
 * installed, else with git's own search, else by reading the files. The programs run in the sandbox of the turn.
 */
export async function occurrencesOf(word: string, context: SearchContext): Promise<Occurrences> {
  const options = [
    "--null",
    "--line-number",
    "--no-heading",
    "--with-filename",
    "--color",
    "never",
    "--no-config",
  ];
  const argv = ["rg", ...options, "--fixed-strings", "--word-regexp", "-e", word, "--", "."];
  const ripgrep = await runConfined(context, { argv, timeout_ms: SEARCH_MS, network: false });
  if (ripgrep.exit_code === 0 || ripgrep.exit_code === 1)
    return { by: "ripgrep", ...parsed(ripgrep.stdout, ripgrep.cut) };
  const git = await runConfined(context, {
    argv: confinedGit(context.turn.workspace, ["grep", "-nzIwF", "--untracked", "--no-color", "-e", word]),
    timeout_ms: SEARCH_MS,
    network: false,
    env: confinedGitEnvironment,
  });
  if (git.exit_code === 0 || git.exit_code === 1) return { by: "git grep", ...parsed(git.stdout, git.cut) };
  return { by: "own search", ...(await walk(word, context)) };
}

function parsed(output: string, cut: boolean): { found: Occurrence[]; cut: boolean } {
  const found: Occurrence[] = [];
  for (const row of output.split("\n")) {
    const match = /^(?:\.\/)?([^\0]+)\0(\d+)[:\0](.*)$/.exec(row);
    if (match?.[1] === undefined) continue;
    if (found.length === MAX_HITS) return { found, cut: true };
    found.push({ file: match[1], line: Number(match[2]), text: (match[3] ?? "").slice(0, MAX_LINE_CHARS) });
  }
  return { found, cut };
}

async function walk(
  word: string,
  { files, turn }: SearchContext,
): Promise<{ found: Occurrence[]; cut: boolean }> {
  const boundary = new RegExp(`(?<![\\w$])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w$])`);
  const listed = await files.list(".");
  const found: Occurrence[] = [];
  for (const file of listed.files) {
    turn.signal.throwIfAborted();
    const text = await files.read(file).catch(() => "");
    if (text.includes("\0")) continue;
    for (const [index, line] of text.split("\n").entries()) {
      if (!boundary.test(line)) continue;
      if (found.length === MAX_HITS) return { found, cut: true };
      found.push({ file, line: index + 1, text: line.slice(0, MAX_LINE_CHARS) });
    }
  }
  return { found, cut: listed.cut };
}
