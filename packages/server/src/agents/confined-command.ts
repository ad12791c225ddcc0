import { z } from "zod";
import type { ProcessRunner } from "../process/index.ts";
import { childEnvironment, type HostEnvironment } from "./environment.ts";
import { findExecutable } from "./executable.ts";
import type { AgentTurn } from "./port.ts";

const OUTPUT_CAP_BYTES = 256 * 1024;

/** What a program of a turn is run with. */
export interface CommandContext {
  readonly turn: AgentTurn;
  readonly runner: ProcessRunner;
  readonly host_env: HostEnvironment;
}

/** A program to run in the workspace, without a shell. */
export interface CommandRequest {
  readonly argv: readonly string[];
  readonly timeout_ms: number;
  /** True when it may reach the network, as far as the sandbox lets it. */
  readonly network: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Told of its output as it comes, up to the same bound as what is kept. */
  readonly onText?: (text: string) => void;
}

/** How it ended; output is cut in the middle where it was too long. */
export const CommandEnd = z.object({
  stdout: z.string(),
  stderr: z.string(),
  /** 127 when there is no such program; null when it did not end by itself. */
  exit_code: z.number().nullable(),
  /** In words: `exit code 0`, `timeout_total`. */
  ended: z.string(),
  failed: z.boolean(),
  /** True when part of the standard output was left out. */
  cut: z.boolean(),
});
export type CommandEnd = z.infer<typeof CommandEnd>;

/** Runs a program in the sandbox of the turn, with nothing of the server's environment but the search path. */
export async function runConfined(context: CommandContext, request: CommandRequest): Promise<CommandEnd> {
  const { turn, runner, host_env } = context;
  const [name = "", ...args] = request.argv;
  const env: Record<string, string> = {
    ...childEnvironment(host_env, []),
    HOME: "/home/agent",
    ...request.env,
  };
  const inWorkspace = name.includes("/") && !name.startsWith("/") ? `${turn.workspace}/${name}` : name;
  const found = await findExecutable(inWorkspace, env["PATH"] ?? "");
  if (found === undefined) {
    const stderr = `There is no program "${name}".`;
    return { stdout: "", stderr, exit_code: 127, ended: "exit code 127", failed: true, cut: false };
  }
  const { network } = request;
  const spec = { file: found, args, env, readable: [found], writable_files: [], state: [], network };
  const wrapped = await turn.sandbox(spec);
  const cap = Math.min(OUTPUT_CAP_BYTES, turn.max_output_bytes ?? Number.POSITIVE_INFINITY);
  let told = 0;
  const exit = await runner.run({
    ...wrapped,
    cwd: turn.workspace,
    cookie: turn.attempt_id,
    totalTimeoutMs: request.timeout_ms,
    killGraceMs: turn.kill_grace_ms,
    signal: turn.signal,
    outputCapBytes: cap,
    onChunk: (_stream, text) => {
      const part = text.slice(0, cap - told);
      told += part.length;
      if (part !== "") request.onText?.(part);
    },
  });
  return {
    stdout: exit.stdout.text,
    stderr: [exit.stderr.text, exit.reason === "limit_reached" ? exit.error : ""].filter(Boolean).join("\n"),
    exit_code: exit.exitCode,
    ended: exit.reason === "exited" ? `exit code ${exit.exitCode}` : exit.reason,
    failed: exit.exitCode !== 0 || exit.reason !== "exited",
    cut: exit.stdout.cutBytes > 0,
  };
}
