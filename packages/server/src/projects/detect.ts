import { dotnet, elixir, go, java, makefile, php, ruby, rust } from "./detect-built.ts";
import { node, python } from "./detect-scripted.ts";
import type { Detector, ProposedCommand } from "./detector.ts";
import { Repository, type RepositoryListing } from "./repository-listing.ts";

/** What detection proposes for a repository; a person confirms it before anything is stored or run. */
export interface DetectedProject {
  /** Languages by number of files, the most frequent first. */
  readonly languages: readonly string[];
  readonly setup: readonly (readonly string[])[];
  readonly validation: readonly ProposedCommand[];
  readonly copy_files: readonly string[];
  readonly cache_dirs: readonly string[];
  readonly lfs: boolean;
  readonly submodules: boolean;
  /** What a person should know: what was found, what was not. */
  readonly notes: readonly string[];
}

const detectors: readonly Detector[] = [node, python, rust, go, java, ruby, elixir, dotnet, php];

/**
 * Proposes languages, setup, validation, files to copy and caches for a repository from the files it holds. Pure:
 * nothing is run. Only what stands at the root counts, so a repository of many packages gets the commands of its root.
 */
export function detectProject(listing: RepositoryListing): DetectedProject {
  const repository = new Repository(listing);
  const parts = detectors.map((detect) => detect(repository)).filter((part) => part !== undefined);
  const own = parts.flatMap((part) => part.validation ?? []);
  // A Makefile speaks for a project only when nothing more exact was found.
  const make = own.length === 0 ? makefile(repository) : undefined;
  const all = make === undefined ? parts : [...parts, make];
  const validation = all.flatMap((part) => part.validation ?? []);
  const notes = all.flatMap((part) => part.notes ?? []);
  if (validation.length === 0)
    notes.push('No command that proves work was found: set validation, or "none" to accept unproven work.');
  const lfs = /\bfilter=lfs\b/.test(repository.read(".gitattributes") ?? "");
  const submodules = repository.has(".gitmodules");
  if (lfs) notes.push("The repository uses Git LFS; its files stay pointers unless lfs is turned on.");
  if (submodules)
    notes.push("The repository has submodules; they stay empty unless submodules is turned on.");
  return {
    languages: languagesOf(listing.files),
    setup: all.flatMap((part) => part.setup ?? []),
    validation,
    copy_files: copyFiles(repository),
    cache_dirs: [...new Set(all.flatMap((part) => part.cache_dirs ?? []))],
    lfs,
    submodules,
    notes,
  };
}

/** Settings files people keep out of git; a workspace without them often cannot run. */
function copyFiles(repository: Repository): string[] {
  const templates = repository.rootFiles(
    /^\.env(\.[a-z]+)?\.(example|sample|template|dist)$|^\.env\.(example|sample|template|dist)$/,
  );
  const wanted = templates.map((name) => name.replace(/\.(example|sample|template|dist)$/, ""));
  const ignored = (repository.read(".gitignore") ?? "")
    .split(/\r?\n/)
    .map((line) => line.trim().replace(/^\//, ""));
  const named = ignored.filter((line) => /^\.env(\.[a-z]+)?$/.test(line));
  return [...new Set([...wanted, ...named])].filter((name) => !repository.has(name)).sort();
}

const extensions: Readonly<Record<string, string>> = {
  ts: "typescript",
  tsx: "typescript",
  mts: "typescript",
  js: "javascript",
  jsx: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  py: "python",
  rs: "rust",
  go: "go",
  java: "java",
  kt: "kotlin",
  rb: "ruby",
  ex: "elixir",
  exs: "elixir",
  cs: "csharp",
  fs: "fsharp",
  php: "php",
  c: "c",
  h: "c",
  cc: "cpp",
  cpp: "cpp",
  hpp: "cpp",
  swift: "swift",
  scala: "scala",
  sh: "shell",
  lua: "lua",
  dart: "dart",
  zig: "zig",
};

function languagesOf(files: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const file of files) {
    if (/(^|\/)(node_modules|vendor|dist|build|target|third_party)\//.test(file)) continue;
    const language = extensions[/\.([A-Za-z]+)$/.exec(file)?.[1]?.toLowerCase() ?? ""];
    if (language !== undefined) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts]
    .sort((left, right) => right[1] - left[1] || left[0].localeCompare(right[0]))
    .map(([name]) => name);
}
