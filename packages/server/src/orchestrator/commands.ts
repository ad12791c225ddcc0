import { createHash } from "node:crypto";
import { cp, lstat, mkdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Evidence, ValidationCommand } from "@harness/protocol";
import { touchCache } from "../disk/index.ts";
import { readCounts } from "../evidence/index.ts";
import { confinedCommands } from "../git/index.ts";
import type { ProcessOutcome } from "../process/index.ts";
import { failWith, type Run, type StageResult } from "./run.ts";

/** Output of a command kept as evidence: head and tail. */
const EVIDENCE_CAP = 256 * 1024;
/** What a command's environment carries besides PATH and HOME. */
const COMMAND_ENV = { CI: "true", LANG: "C.UTF-8", NO_COLOR: "1", GIT_TERMINAL_PROMPT: "0" };
/** Names that decide what setup installs. */
const MANIFEST =
  /(^|\/)(package(-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|requirements[^/]*\.txt|pyproject\.toml|uv\.lock|poetry\.lock|Pipfile(\.lock)?|Cargo\.(toml|lock)|go\.(mod|sum)|Gemfile(\.lock)?|composer\.(json|lock)|mix\.(exs|lock)|pom\.xml|[^/]*\.gradle(\.kts)?|\.npmrc|\.nvmrc)$/;

/** Runs one command of the project in a working tree, inside the sandbox, without the agent's rights. */
async function runCommand(
  run: Run,
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
  return deps.runner.run({
    ...wrapped,
    cwd: use.cwd,
    cookie: run.attempt.id,
    totalTimeoutMs: use.timeoutMs,
    killGraceMs: deps.config.limits.kill_grace_ms,
    outputCapBytes: use.cap,
    signal: run.signal,
  });
}

/**
 * Runs the project's setup commands in a working tree. With `cache_dirs`, what setup made on the untouched base is
 * kept under a key of the commands and manifests; a tree with the same key gets copies instead of running setup. Only
 * the base fills the cache: an agent's tree can never put anything into it.
 */
export async function setUp(
  run: Run,
  tree: { path: string; commit: string; trusted: boolean },
): Promise<StageResult<{ cached: boolean }>> {
  const { cache_dirs } = run.project.settings;
  const setup = setupCommands(run);
  if (setup.length === 0) return { ok: true, value: { cached: false }, detail: "no setup commands" };
  const key = cache_dirs.length > 0 ? await cacheKey(run, tree.commit) : undefined;
  const cache = key === undefined ? undefined : path.join(run.deps.paths.cache, run.project.id, key);
  if (cache !== undefined && (await exists(cache))) {
    await touchCache(cache, run.deps.clock.now());
    for (const dir of cache_dirs) await copyInto(path.join(cache, dir), tree.path, dir);
    return { ok: true, value: { cached: true }, detail: "from the cache" };
  }
  for (const argv of setup) {
    const timeoutMs = run.deps.config.limits.setup_timeout_secs * 1000;
    const outcome = await runCommand(run, {
      cwd: tree.path,
      argv,
      network: "full",
      timeoutMs,
      cap: EVIDENCE_CAP,
    });
    if (outcome.reason !== "exited" || outcome.exitCode !== 0) {
      const text = run.deps.redact(tail(`${outcome.stdout.text}\n${outcome.stderr.text}`.trim(), 2000));
      const how = outcome.reason === "exited" ? `exit code ${outcome.exitCode}` : outcome.reason;
      return failWith("setup_failed", `Setup command \`${argv.join(" ")}\` failed (${how}):\n${text}`);
    }
  }
  if (cache !== undefined && tree.trusted) {
    await keep(cache, tree.path, cache_dirs);
    await touchCache(cache, run.deps.clock.now());
  }
  return { ok: true, value: { cached: false } };
}

/** Everything that prepares a tree. Submodules and LFS files come only when the project turned them on, and confined. */
export function setupCommands(run: Pick<Run, "project">): string[][] {
  const { setup, submodules, lfs } = run.project.settings;
  return [
    ...(submodules ? [[...confinedCommands.submodules]] : []),
    ...(lfs ? [[...confinedCommands.lfs]] : []),
    ...setup,
  ];
}

/** Runs one validation command on a clean checkout and makes evidence of it. */
export async function validate(
  run: Run,
  command: ValidationCommand,
  tree: { path: string; commit: string; round: number },
): Promise<Evidence> {
  const { deps, attempt, project } = run;
  const timeoutMs = (command.timeout_secs ?? project.settings.validation_timeout_secs) * 1000;
  const cap = Math.min(EVIDENCE_CAP, deps.config.limits.max_output_bytes);
  const outcome = await runCommand(run, {
    cwd: tree.path,
    argv: command.argv,
    network: deps.config.sandbox.command_network,
    timeoutMs,
    cap,
  });
  const output = [outcome.stdout.text, outcome.stderr.text, outcome.error ?? ""]
    .filter((text) => text !== "")
    .join("\n");
  return {
    id: deps.newId("evidence"),
    task_id: attempt.task_id,
    attempt_id: attempt.id,
    round: tree.round,
    commit: tree.commit,
    name: command.name,
    command: [...command.argv],
    trust: "verified",
    passed: outcome.reason === "exited" && outcome.exitCode === 0,
    exit_code: outcome.exitCode,
    reason: outcome.reason,
    duration_ms: outcome.durationMs,
    counts: readCounts(output),
    output_sha256: createHash("sha256")
      .update(outcome.stdout.sha256)
      .update(outcome.stderr.sha256)
      .digest("hex"),
    output_bytes: outcome.stdout.totalBytes + outcome.stderr.totalBytes,
    output: deps.redact(output),
    sandbox: deps.sandbox.driver ?? "none",
    created_at: new Date(deps.clock.now()).toISOString(),
  };
}

async function cacheKey(run: Run, commit: string): Promise<string> {
  const files = await run.deps.workspaces.listTree({ projectId: run.project.id, commit });
  const manifests = files
    .filter((file) => MANIFEST.test(file.path))
    .map((file) => `${file.sha} ${file.path}`);
  const { cache_dirs } = run.project.settings;
  const setup = setupCommands(run);
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
