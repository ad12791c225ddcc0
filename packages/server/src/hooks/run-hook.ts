import type { HookRun } from "@harness/protocol";
import type { HookEntry } from "../config/index.ts";
import type { ProcessRunner } from "../process/index.ts";
import { childEnvironment } from "../secrets/index.ts";
import { type HookMessage, messageText } from "./hook-message.ts";
import { isDeciding, readAnswer } from "./read-answer.ts";

/** What running a hook's program needs. */
export interface RunHookDeps {
  readonly runner: Pick<ProcessRunner, "run">;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where programs of the operator run; never a tree an agent can write. */
  readonly cwd: string;
  /** Removes secrets from every text of a value. */
  readonly redact: <T>(value: T) => T;
}

/** Variables every hook gets: to find programs, to speak the user's language. */
const VARIABLES = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_*", "TZ", "TMPDIR"];
const MOST_OUTPUT = 64 * 1024;

/** A hook of the operator, with the name it goes by. */
export type NamedHook = HookEntry & { readonly name: string };

/** Runs a hook's program to its end, within its time, and reads what it answered. Never rejects. */
export async function runHook(
  deps: RunHookDeps,
  hook: NamedHook,
  message: HookMessage,
  run: { readonly cookie: string; readonly signal: AbortSignal },
): Promise<HookRun> {
  const [file = "", ...args] = hook.argv;
  const ended = await deps.runner.run({
    file,
    args,
    cwd: deps.cwd,
    env: childEnvironment({ base: deps.env, allow: [...VARIABLES, ...hook.variables], set: {} }),
    // Who decides must see exactly what is asked; everybody else gets what the log holds.
    stdin: messageText(isDeciding(message.event) ? message : deps.redact(message)),
    totalTimeoutMs: hook.timeout_secs * 1000,
    killGraceMs: 1000,
    outputCapBytes: MOST_OUTPUT,
    ...run,
  });
  const { outcome, reason } = readAnswer(message.event, {
    ...ended,
    stdout: ended.stdout.text,
    stderr: deps.redact(ended.stderr.text),
  });
  return {
    hook: hook.name,
    event: message.event,
    tool: message.tool?.name ?? null,
    outcome,
    exit_code: ended.exitCode,
    duration_ms: ended.durationMs,
    detail: reason === null ? null : deps.redact(reason),
  };
}
