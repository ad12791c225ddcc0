import { access, constants, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ProcessOutcome, ProcessRunner } from "../process/index.ts";
import type { SandboxDriver, SandboxSpec } from "./types.ts";

const PROBE_TIMEOUT_MS = 10_000;
const COOKIE = "sandbox-probe";
const ENV = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" };

/** Runs small programs to see what this machine can do. */
export class ProbeProgram {
  readonly #runner: ProcessRunner;
  readonly #scratchDir: string;

  constructor(deps: { runner: ProcessRunner; scratchDir: string }) {
    this.#runner = deps.runner;
    this.#scratchDir = deps.scratchDir;
  }

  /** The first of these files that can be executed. */
  async find(places: readonly string[]): Promise<string | undefined> {
    for (const place of places) {
      try {
        await access(place, constants.X_OK);
        return place;
      } catch {
        // The next place.
      }
    }
    return undefined;
  }

  /** What a program prints, or an empty text when it fails. */
  async output(file: string, args: readonly string[], path = ENV.PATH): Promise<string> {
    const outcome = await this.#run({ file, args: [...args], env: { ...ENV, PATH: path } }, "/");
    return outcome.exitCode === 0 ? outcome.stdout.text.trim() : "";
  }

  /** Whether a program succeeds, and what it says. */
  async try(file: string, args: readonly string[]): Promise<{ ok: boolean; text: string }> {
    const outcome = await this.#run({ file, args: [...args], env: ENV }, "/");
    const ok = outcome.exitCode === 0;
    return { ok, text: ok ? outcome.stdout.text : (outcome.error ?? outcome.stderr.text) };
  }

  /** Runs a program confined and looks whether it is. Returns what failed, or undefined. */
  async confined(driver: SandboxDriver): Promise<string | undefined> {
    await mkdir(this.#scratchDir, { recursive: true, mode: 0o700 });
    const workspace = await mkdtemp(join(this.#scratchDir, "probe-"));
    try {
      const spec: SandboxSpec = {
        profile: "workspace-write",
        workspace,
        network: "none",
        hidden: [],
        file: "cat",
        args: ["/proc/self/status"],
        env: ENV,
      };
      const wrapped = await driver.wrap((await driver.inside?.(spec)) ?? spec);
      return judge(await this.#run(wrapped, workspace));
    } finally {
      await rm(workspace, { recursive: true, force: true });
    }
  }

  #run(
    program: { file: string; args: string[]; env: Record<string, string> },
    cwd: string,
  ): Promise<ProcessOutcome> {
    return this.#runner.run({ ...program, cwd, cookie: COOKIE, totalTimeoutMs: PROBE_TIMEOUT_MS });
  }
}

function judge(outcome: ProcessOutcome): string | undefined {
  if (outcome.exitCode !== 0) {
    return (
      outcome.error ?? (outcome.stderr.text.trim() || `it ended with ${outcome.exitCode ?? outcome.signal}`)
    );
  }
  const status = outcome.stdout.text;
  if (!/^CapEff:\s*0+$/m.test(status)) return "the program inside kept capabilities";
  if (!/^NoNewPrivs:\s*1$/m.test(status)) return "the program inside could gain privileges";
  return undefined;
}
