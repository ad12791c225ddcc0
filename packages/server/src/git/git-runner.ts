import { availableParallelism } from "node:os";
import { HarnessError } from "@harness/protocol";
import pLimit from "p-limit";
import type { ProcessRunner } from "../process/index.ts";
import { gitEnvironment, hardenedArguments } from "./hardening.ts";
import { SafeDirectoryFiles } from "./safe-directories.ts";

/** What the runner needs from the outside. */
export interface GitRunnerDeps {
  readonly runner: ProcessRunner;
  /** Absolute path of the git program; found on `env.PATH` when absent. */
  readonly gitFile?: string;
  readonly env: { readonly PATH: string };
  /**
   * A directory of ours (made on first use) for the one-line configuration files that let git's own
   * sub-processes read a repository of another owner. Without it such repositories are refused by git.
   */
  readonly stateDir?: string;
}

/** One git command. Paths are absolute. `args[0]` is the subcommand. */
export interface GitCall {
  readonly gitDir: string;
  readonly workTree?: string;
  readonly args: readonly string[];
  readonly stdin?: string | Uint8Array;
  readonly indexFile?: string;
  readonly objectDir?: string;
  readonly alternates?: readonly string[];
  /** Transports the command may use: none (the default), or local paths for the internal copies. */
  readonly protocol?: "none" | "file";
  readonly timeoutMs?: number;
  readonly outputCapBytes?: number;
  readonly signal?: AbortSignal;
  /** Names the work this process belongs to (an attempt id), so that a later server can find what it left. */
  readonly cookie?: string;
  readonly identity?: GitIdentity;
  /** A non-zero exit is returned instead of thrown. A timeout, an abort or a failed start is always thrown. */
  readonly allowFailure?: boolean;
  /** Repositories of another owner this one call may read, exact paths. */
  readonly safeDirectories?: readonly string[];
  /** More `-c key=value` settings of ours for this call. */
  readonly settings?: readonly string[];
}

/** Who a commit of ours is by, and when (epoch milliseconds). */
export interface GitIdentity {
  readonly name: string;
  readonly email: string;
  readonly at?: number;
}

export interface GitResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** True when the output passed the cap; what is kept is its start. */
  readonly cut: boolean;
}

const DEFAULT_TIMEOUT_MS = 10 * 60_000;
const DEFAULT_OUTPUT_CAP_BYTES = 64 * 1024 * 1024;
const STDERR_CAP_BYTES = 256 * 1024;
const STDERR_HEAD_CHARS = 600;
/** Git processes at once: more would only take turns, while their starts keep the server from answering. */
const MOST_AT_ONCE = Math.max(4, 2 * availableParallelism());
const SUBCOMMAND = /^[a-z][a-z-]*$/;

/**
 * The only way this product runs git. The environment is built from nothing, the repository is always named,
 * and every setting through which a repository could make git start a program is switched off (SAFETY.md B0).
 */
export class GitRunner {
  readonly #deps: GitRunnerDeps;
  readonly #safeDirectories: SafeDirectoryFiles | undefined;
  readonly #place = pLimit(MOST_AT_ONCE);

  constructor(deps: GitRunnerDeps) {
    this.#deps = deps;
    this.#safeDirectories = deps.stateDir === undefined ? undefined : new SafeDirectoryFiles(deps.stateDir);
  }

  /** Runs one command and returns its output. Throws `git_failed` with the head of stderr unless allowed to fail. */
  async run(call: GitCall): Promise<GitResult> {
    const [subcommand = "", ...rest] = call.args;
    if (!SUBCOMMAND.test(subcommand)) {
      throw new HarnessError("internal", `Cannot run git ${subcommand}: it is not a subcommand.`);
    }
    const globalConfig = await this.#safeDirectories?.fileFor(call.safeDirectories ?? []);
    const capture = new Capture(call.outputCapBytes ?? DEFAULT_OUTPUT_CAP_BYTES);
    const outcome = await this.#place(() =>
      this.#deps.runner.run({
        file: this.#deps.gitFile ?? "git",
        args: hardenedArguments(subcommand, rest, call.settings),
        cwd: call.workTree ?? call.gitDir,
        env: gitEnvironment(call, { path: this.#deps.env.PATH, globalConfig }),
        cookie: call.cookie ?? "git",
        stdin: call.stdin,
        totalTimeoutMs: call.timeoutMs ?? DEFAULT_TIMEOUT_MS,
        // No hook, watcher, helper or detached maintenance: what git starts it waits for.
        staysInGroup: true,
        // The runner keeps head and tail; a patch or a list of paths is only of use from its start, so it is kept here.
        outputCapBytes: STDERR_CAP_BYTES,
        onChunk: (stream, text) => {
          if (stream === "stdout") capture.add(text);
        },
        signal: call.signal,
      }),
    );
    const result: GitResult = {
      exitCode: outcome.exitCode ?? -1,
      stdout: capture.text(),
      stderr: outcome.stderr.text,
      cut: capture.cut,
    };
    if (outcome.reason !== "exited")
      throw failure(
        subcommand,
        `${outcome.reason}${outcome.error === undefined ? "" : `: ${outcome.error}`}`,
        result,
      );
    if (result.exitCode !== 0 && call.allowFailure !== true) {
      throw failure(subcommand, `exit code ${result.exitCode}`, result);
    }
    return result;
  }

  /** The version of the git program, and whether it predates the fix of CVE-2025-48384 (2.43.7). */
  async version(): Promise<{ readonly text: string; readonly outdated: boolean }> {
    const { stdout } = await this.run({ gitDir: "/", args: ["version"], timeoutMs: 10_000 });
    const text = stdout.trim().replace(/^git version /, "");
    const [major = 0, minor = 0, patch = 0] = text.split(".").map((part) => Number.parseInt(part, 10));
    const number = major * 1e6 + minor * 1e3 + (Number.isNaN(patch) ? 0 : patch);
    return { text, outdated: number < 2_043_007 };
  }
}

/** The start of a stream, up to a number of bytes. */
class Capture {
  readonly #capBytes: number;
  readonly #parts: string[] = [];
  #bytes = 0;
  cut = false;

  constructor(capBytes: number) {
    this.#capBytes = capBytes;
  }

  add(text: string): void {
    if (this.cut) return;
    const room = this.#capBytes - this.#bytes;
    const size = Buffer.byteLength(text);
    this.cut = size > room;
    this.#bytes += size;
    this.#parts.push(this.cut ? headOf(text, room) : text);
  }

  text(): string {
    return this.#parts.join("");
  }
}

// A cut inside a code point would leave a replacement character at the end.
function headOf(text: string, bytes: number): string {
  return Buffer.from(text)
    .subarray(0, bytes)
    .toString()
    .replace(/\uFFFD$/, "");
}

function failure(subcommand: string, how: string, result: GitResult): HarnessError {
  const said = result.stderr.trim().slice(0, STDERR_HEAD_CHARS);
  const code = /No space left on device/.test(result.stderr) ? "storage_full" : "git_failed";
  return new HarnessError(code, `git ${subcommand} failed (${how}): ${said === "" ? "no message" : said}`);
}
