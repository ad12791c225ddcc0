import { realpath } from "node:fs/promises";
import path from "node:path";
import {
  type CreateTerminalRequest,
  type CreateTerminalResponse,
  RequestError,
  type TerminalExitStatus,
  type TerminalOutputResponse,
} from "@agentclientprotocol/sdk";
import { z } from "zod";
import type { ProcessRunner, RunningProcess } from "../../process/index.ts";
import { childEnvironment, type HostEnvironment } from "../environment.ts";
import { findExecutable } from "../executable.ts";
import type { FramedTurn } from "../framed-turn.ts";
import { shellText } from "../shell-text.ts";
import { type Approvals, runWords } from "./approvals.ts";
import type { TerminalEnd } from "./words.ts";

const MAX_TERMINALS = 64;
const MAX_OUTPUT_BYTES = 1024 * 1024;
/** What only a shell understands, in a command that came as one line. */
const SHELL_WORDS = /[\s;&|<>$`'"*?()]/;

interface TerminalsDeps {
  readonly turn: FramedTurn;
  readonly runner: Pick<ProcessRunner, "start">;
  readonly host_env: HostEnvironment;
  readonly approvals: Approvals;
  /** Output as it comes. */
  readonly onOutput: (terminal_id: string, text: string) => void;
}

/** Characters of its end that a terminal shows after it. */
const SHOWN_CHARS = 64 * 1024;

/** How the program of a terminal ended. */
const Ended = z.object({
  exit_code: z.number().nullable(),
  signal: z.string().nullable(),
  output: z.string(),
});
type Ended = z.infer<typeof Ended>;

interface OpenTerminal {
  /** None in a turn that is played again. */
  readonly running: RunningProcess | undefined;
  readonly ended: Promise<Ended>;
  readonly limit: number;
  output: string;
  truncated: boolean;
  /** Bytes of output told as they came; no more than the limit. */
  told: number;
  exit: TerminalExitStatus | undefined;
}

/**
 * The editor's terminals as an ACP agent asks for them: programs started in the sandbox of the turn, in the workspace,
 * with leave, their output bounded. None outlives the turn.
 */
export class Terminals {
  readonly #deps: TerminalsDeps;
  readonly #open = new Map<string, OpenTerminal>();
  readonly #ended = new Map<string, TerminalEnd>();
  #count = 0;
  #closed = false;

  constructor(deps: TerminalsDeps) {
    this.#deps = deps;
  }

  /** Answers `terminal/create`. */
  async create(request: CreateTerminalRequest): Promise<CreateTerminalResponse> {
    const { turn, approvals } = this.#deps;
    const { command, args = [] } = request;
    const line = shellText([command, ...args]);
    if (turn.access === "read-only") throw new RequestError(-32000, "This turn may only read.");
    if (this.#open.size >= MAX_TERMINALS) throw new RequestError(-32000, "Too many terminals are open.");
    const name = request.cwd ?? ".";
    const cwd = await turn.effect(`folder ${name}`, z.string(), () => this.#folder(name));
    const input = { command, args, cwd };
    await approvals.require(
      { kind: "run", tool: "terminal/create", command: line, paths: [], summary: `run ${line}`, input },
      runWords(line),
    );
    this.#count += 1;
    const id = `terminal-${this.#count}`;
    let running: RunningProcess | undefined;
    await turn.effect(`start ${id}`, z.null(), async () => {
      running = await this.#start(id, request, cwd);
      return null;
    });
    const limit = Math.min(request.outputByteLimit ?? MAX_OUTPUT_BYTES, MAX_OUTPUT_BYTES);
    const ended = turn.effect(`end of ${id}`, Ended, () => this.#ending(id, running));
    this.#open.set(id, { running, ended, limit, output: "", truncated: false, told: 0, exit: undefined });
    ended.then(
      (end) => this.#exited(id, end),
      () => undefined,
    );
    return { terminalId: id };
  }

  /** Answers `terminal/output`. */
  output(id: string): TerminalOutputResponse {
    const terminal = this.#get(id);
    cut(terminal);
    const { output, truncated, exit } = terminal;
    return { output, truncated, ...(exit === undefined ? {} : { exitStatus: exit }) };
  }

  /** Answers `terminal/wait_for_exit`. */
  async waitForExit(id: string): Promise<TerminalExitStatus> {
    return statusOf(await this.#get(id).ended);
  }

  /** Answers `terminal/kill`: the program ends, its output stays. */
  async kill(id: string): Promise<Record<string, never>> {
    await this.#get(id).running?.kill("aborted");
    return {};
  }

  /** Answers `terminal/release`: the program ends and the terminal is gone. */
  async release(id: string): Promise<Record<string, never>> {
    const terminal = this.#get(id);
    await terminal.running?.kill("aborted");
    this.#exited(id, await terminal.ended);
    this.#open.delete(id);
    return {};
  }

  /** What a terminal showed, also after its release. */
  shown(id: string): TerminalEnd | undefined {
    const open = this.#open.get(id);
    if (open === undefined) return this.#ended.get(id);
    return { output: open.output, exit_code: open.exit?.exitCode ?? null };
  }

  /** Ends every program. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open.values()].map(({ running }) => running?.kill("aborted")));
  }

  #get(id: string): OpenTerminal {
    const terminal = this.#open.get(id);
    if (terminal === undefined) throw RequestError.resourceNotFound(id);
    return terminal;
  }

  #said(id: string, text: string): void {
    const terminal = this.#open.get(id);
    if (terminal === undefined) return;
    terminal.output += text;
    if (terminal.told < terminal.limit) this.#deps.onOutput(id, text);
    terminal.told += text.length;
    // Twice the limit before bytes are moved: each is then moved at most once.
    if (terminal.output.length > 2 * terminal.limit) cut(terminal);
  }

  async #start(id: string, request: CreateTerminalRequest, cwd: string): Promise<RunningProcess> {
    const { turn, runner } = this.#deps;
    const wrapped = await this.#wrap(request);
    if (this.#closed) throw new RequestError(-32000, "The turn is over.");
    return runner.start({
      ...wrapped,
      cwd,
      cookie: turn.attempt_id,
      idleTimeoutMs: turn.idle_timeout_ms,
      totalTimeoutMs: turn.turn_timeout_ms,
      killGraceMs: turn.kill_grace_ms,
      outputCapBytes: 4096,
      onChunk: (_, text) => this.#said(id, text),
    });
  }

  async #ending(id: string, running: RunningProcess | undefined): Promise<Ended> {
    const exit = await running?.exited;
    const output = this.#open.get(id)?.output.slice(-SHOWN_CHARS) ?? "";
    return { exit_code: exit?.exitCode ?? null, signal: exit?.signal ?? null, output };
  }

  #exited(id: string, end: Ended): void {
    const terminal = this.#open.get(id);
    if (terminal === undefined) return;
    // In a turn that is played again, nothing was told as it came.
    terminal.output ||= end.output;
    cut(terminal);
    terminal.exit = statusOf(end);
    this.#ended.set(id, { output: terminal.output.slice(-SHOWN_CHARS), exit_code: end.exit_code });
  }

  /** A folder of the workspace, by where it really is. */
  async #folder(name: string): Promise<string> {
    const { workspace } = this.#deps.turn;
    const root = await realpath(workspace);
    const found = await realpath(path.resolve(workspace, name)).catch(() => undefined);
    if (found === undefined) throw RequestError.resourceNotFound(name);
    if (found === root || found.startsWith(root + path.sep)) return found;
    throw new RequestError(-32602, `Refused: ${name} leads out of the workspace.`);
  }

  async #wrap(request: CreateTerminalRequest) {
    const { turn, host_env } = this.#deps;
    const env: Record<string, string> = { ...childEnvironment(host_env, []), HOME: "/home/agent" };
    for (const { name, value } of request.env ?? []) env[name] = value;
    const { name, args } = programOf(request);
    const place = name.includes("/") ? path.resolve(turn.workspace, name) : name;
    const file = await findExecutable(place, childEnvironment(host_env, [])["PATH"] ?? "");
    if (file === undefined) throw new RequestError(-32602, `There is no program "${name}".`);
    const spec = { file, args, env, readable: [file], writable_files: [], state: [], network: true };
    return turn.sandbox(spec).catch((error: unknown) => {
      throw new RequestError(-32603, error instanceof Error ? error.message : String(error));
    });
  }
}

/** The program and its arguments. Some agents give a whole shell line as the command; leave was asked for that line. */
function programOf({ command, args = [] }: CreateTerminalRequest): { name: string; args: readonly string[] } {
  if (args.length > 0 || !SHELL_WORDS.test(command)) return { name: command, args };
  return { name: "sh", args: ["-c", command] };
}

function statusOf({ exit_code, signal }: Ended): TerminalExitStatus {
  return { exitCode: exit_code, signal };
}

/** Leaves the end of the output, within the limit. */
function cut(terminal: OpenTerminal): void {
  if (Buffer.byteLength(terminal.output) <= terminal.limit) return;
  terminal.truncated = true;
  terminal.output = lastBytes(terminal.output, terminal.limit);
}

/** The end of a text within a number of bytes, not beginning inside a character. */
function lastBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  let start = bytes.length - limit;
  while (start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.toString("utf8", start);
}
