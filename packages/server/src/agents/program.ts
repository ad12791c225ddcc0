import type { ProcessRunner } from "../process/index.ts";
import type { CannotStart } from "./cli-turn.ts";
import { childEnvironment, type HostEnvironment } from "./environment.ts";
import type { AgentProbe } from "./port.ts";

const PROBE_TIMEOUT_MS = 20_000;

/** Asks a program for its version. A program that cannot answer has a problem, in words for `doctor`. */
export async function programVersion(
  runner: ProcessRunner,
  file: string,
  host_env: HostEnvironment,
  leading: readonly string[] = [],
): Promise<{ version: string | null; problem?: string }> {
  const exit = await runner.run({
    file,
    args: [...leading, "--version"],
    cwd: "/",
    env: childEnvironment(host_env, []),
    cookie: "probe",
    totalTimeoutMs: PROBE_TIMEOUT_MS,
    outputCapBytes: 64 * 1024,
  });
  const version = /\d+\.\d+(?:\.\d+)?[\w.+-]*/.exec(exit.stdout.text)?.[0] ?? null;
  if (exit.exitCode === 0 && version !== null) return { version };
  const said = (exit.error ?? (exit.stderr.text.trim() || exit.stdout.text.trim())).slice(0, 500);
  return { version: null, problem: `\`${file} --version\` does not work (${exit.reason}): ${said}` };
}

/** The probe of a program that is not there. */
export function notInstalled(what: string, executable: string, fix: string): AgentProbe {
  const problem = `${what} is not installed: no program "${executable}" on the search path.`;
  return { installed: false, version: null, logged_in: "unknown", models: [], problem, fix };
}

/** A turn that cannot start, for a reason a person must remove. */
export function cannotStart(message: string): CannotStart {
  return {
    failure: { status: "failed", kind: "spawn", message, retry: false, session_id: null, usage: null },
  };
}
