import { createHash } from "node:crypto";
import { cp, lstat, mkdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "@harness/protocol";
import type { Config } from "../config/index.ts";
import { touchCache } from "../disk/index.ts";
import { confinedCommands } from "../git/index.ts";
import type { ProcessOutcome, ProcessRunner } from "../process/index.ts";
import type { ProjectRecord } from "../projects/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import { whileConfined } from "../turns/index.ts";
import type { Workspaces } from "../workspaces/index.ts";

/** Output of a command that is kept: head and tail. */
export const OUTPUT_CAP = 256 * 1024;
/** Output that is told when a command fails: its end (characters). */
const TOLD = 2000;
/** What a command's environment carries besides PATH and HOME. */
const COMMAND_ENV = { CI: "true", LANG: "C.UTF-8", NO_COLOR: "1", GIT_TERMINAL_PROMPT: "0" };
/** Names that decide what setup installs. */
const MANIFEST =
  /(^|\/)(package(-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|requirements[^/]*\.txt|pyproject\.toml|uv\.lock|poetry\.lock|Pipfile(\.lock)?|Cargo\.(toml|lock)|go\.(mod|sum)|Gemfile(\.lock)?|composer\.(json|lock)|mix\.(exs|lock)|pom\.xml|[^/]*\.gradle(\.kts)?|\.npmrc|\.nvmrc)$/;

/** Who runs a command of a project, and with what: an attempt of a task, or a thread of a person. */
export interface CommandRun {
  readonly deps: {
    readonly sandbox: Sandbox;
    readonly runner: ProcessRunner;
    readonly workspaces: Pick<Workspaces, "listTree">;
    readonly config: Pick<Config, "limits">;
    /** The data directory, hidden from commands, and the folder of dependency caches in it. */
    readonly paths: { readonly root: string; readonly cache: string };
    readonly baseEnv: Readonly<Record<string, string>>;
    readonly redact: (text: string) => string;
    readonly clock: Clock;
  };
  readonly project: ProjectRecord;
  /** The attempt or thread its processes are found by when the server died. */
  readonly attempt: { readonly id: string };
  readonly signal: AbortSignal;
}

/** How setting a tree up ended. `message` says which command failed, how, and the end of what it said. */
export type SetUp =
  | { readonly ok: true; readonly cached: boolean }
  | { readonly ok: false; readonly message: string };

/** Told of each setup command as it begins and ends. */
export interface SetupWatch {
  began(argv: readonly string[]): Promise<void>;
  ended(argv: readonly string[], outcome: ProcessOutcome): Promise<void>;
}

/** Runs one command of the project in a working tree, inside the sandbox, without the agent's rights. */
export async function runCommand(
  run: CommandRun,
  use: { cwd: string; argv: readonly string[]; network: "none" | "full"; timeoutMs: number; cap: number },
): Promise<ProcessOutcome> {
  const { deps } = run;
  const [file = "", ...args] = use.argv;
  const wrapped = await deps.sandbox.wrap({
    profile: "workspace-write",
    workspace: use.cwd,
    network: use.network,
    hidden: [deps.paths.root, run.project.root],
    file,
    args,
    env: { ...deps.baseEnv, ...COMMAND_ENV },
  });
  return whileConfined(deps.sandbox, use.cwd, () =>
    deps.runner.run({
      ...wrapped,
      cwd: use.cwd,
      cookie: run.attempt.id,
      totalTimeoutMs: use.timeoutMs,
      killGraceMs: deps.config.limits.kill_grace_ms,
      outputCapBytes: use.cap,
      signal: run.signal,
    }),
  );
}

/**
 * Runs the project's setup commands in a working tree. With `cache_dirs`, what setup made on the untouched base is
 * kept under a key of the commands and manifests; a tree with the same key gets copies instead of running setup. Only
 * the base fills the cache: an agent's tree can never put anything into it.
 */
export async function setUp(
  run: CommandRun,
  tree: { path: string; commit: string; trusted: boolean },
  watch?: SetupWatch,
): Promise<SetUp> {
  const { cache_dirs } = run.project.settings;
  const setup = setupCommands(run.project);
  if (setup.length === 0) return { ok: true, cached: false };
  const key = cache_dirs.length > 0 ? await cacheKey(run, tree.commit) : undefined;
  const cache = key === undefined ? undefined : path.join(run.deps.paths.cache, run.project.id, key);
  if (cache !== undefined && (await exists(cache))) {
    await touchCache(cache, run.deps.clock.now());
    for (const dir of cache_dirs) await copyInto(path.join(cache, dir), tree.path, dir);
    return { ok: true, cached: true };
  }
  for (const argv of setup) {
    const timeoutMs = run.deps.config.limits.setup_timeout_secs * 1000;
    await watch?.began(argv);
    const outcome = await runCommand(run, {
      cwd: tree.path,
      argv,
      network: "full",
      timeoutMs,
      cap: OUTPUT_CAP,
    });
    await watch?.ended(argv, outcome);
    if (outcome.reason !== "exited" || outcome.exitCode !== 0) {
      const text = run.deps.redact(tail(`${outcome.stdout.text}\n${outcome.stderr.text}`.trim(), TOLD));
      const how = outcome.reason === "exited" ? `exit code ${outcome.exitCode}` : outcome.reason;
      return { ok: false, message: `Setup command \`${argv.join(" ")}\` failed (${how}):\n${text}` };
    }
  }
  if (cache !== undefined && tree.trusted) {
    await keep(cache, tree.path, cache_dirs);
    await touchCache(cache, run.deps.clock.now());
  }
  return { ok: true, cached: false };
}

/** Everything that prepares a tree. Submodules and LFS files come only when the project turned them on, and confined. */
export function setupCommands({ settings }: Pick<ProjectRecord, "settings">): string[][] {
  const { setup, submodules, lfs } = settings;
  return [
    ...(submodules ? [[...confinedCommands.submodules]] : []),
    ...(lfs ? [[...confinedCommands.lfs]] : []),
    ...setup,
  ];
}

async function cacheKey(run: CommandRun, commit: string): Promise<string> {
  const files = await run.deps.workspaces.listTree({ projectId: run.project.id, commit });
  const manifests = files
    .filter((file) => MANIFEST.test(file.path))
    .map((file) => `${file.sha} ${file.path}`);
  const { cache_dirs } = run.project.settings;
  const setup = setupCommands(run.project);
  return createHash("sha256")
    .update(JSON.stringify({ setup, cache_dirs, manifests, node: process.version }))
    .digest("hex");
}

/** Moves complete caches into place only, so that a crash leaves none half filled. */
async function keep(cache: string, tree: string, dirs: readonly string[]): Promise<void> {
  const partial = `${cache}.${process.pid}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  for (const dir of dirs) {
    if (await exists(path.join(tree, dir)))
      await cp(path.join(tree, dir), path.join(partial, dir), { recursive: true, verbatimSymlinks: true });
  }
  await rename(partial, cache).catch(() => rm(partial, { recursive: true, force: true }));
}

/** The tree is an agent's: a symbolic link planted where the cache goes must not lead the copy out of it. */
async function copyInto(from: string, tree: string, dir: string): Promise<void> {
  if (!(await exists(from))) return;
  const target = path.join(tree, dir);
  let parent = tree;
  for (const step of path.relative(tree, path.dirname(target)).split(path.sep).filter(Boolean)) {
    parent = path.join(parent, step);
    const there = await lstat(parent).catch(() => undefined);
    if (there === undefined) await mkdir(parent);
    else if (!there.isDirectory()) return;
  }
  await rm(target, { recursive: true, force: true });
  await cp(from, target, { recursive: true, verbatimSymlinks: true });
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** The end of a text. */
export function tail(text: string, length: number): string {
  return text.length <= length ? text : `[${text.length - length} characters cut]\n${text.slice(-length)}`;
}
