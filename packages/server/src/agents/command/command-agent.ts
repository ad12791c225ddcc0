import type { Clock } from "@harness/protocol";
import type { ProcessOutcome, ProcessRunner } from "../../process/index.ts";
import { type CannotStart, type CliDialect, type CliIo, runCliTurn } from "../cli-turn.ts";
import { childEnvironment, type HostEnvironment } from "../environment.ts";
import { findExecutable } from "../executable.ts";
import { classifyFailure, lastWords } from "../failure.ts";
import { bounded } from "../json-line.ts";
import type { Agent, AgentEvent, AgentProbe, AgentTurn, TurnOutcome } from "../port.ts";
import { cannotStart, notInstalled } from "../program.ts";
import type { SandboxSpec } from "../sandbox-port.ts";
import type { Emit } from "../turn-frame.ts";

/** What a `command` adapter is built from: one for every `[agents.command.NAME]` of the operator's configuration. */
export interface CommandAgentDeps {
  readonly runner: ProcessRunner;
  readonly clock: Clock;
  readonly name: string;
  /** The program and its arguments. `{workspace}` and `{model}` are filled in; the prompt comes on standard input. */
  readonly argv: readonly string[];
  /** Names of variables of the server the program may have. */
  readonly variables?: readonly string[];
  /** Paths besides the system and the workspace it needs to read. */
  readonly readable?: readonly string[];
  readonly host_env: HostEnvironment;
  readonly default_model?: string;
  /** False for a program that needs no network. */
  readonly network?: boolean;
}

/** Any program that takes a prompt on standard input and works in the current directory. */
export class CommandAgent implements Agent {
  readonly kind = "command";
  readonly name: string;
  readonly #deps: CommandAgentDeps;

  constructor(deps: CommandAgentDeps) {
    this.#deps = deps;
    this.name = deps.name;
  }

  async probe(): Promise<AgentProbe> {
    const executable = await this.#find();
    if (executable === undefined) {
      const fix = `Install it, or correct argv of [agents.command.${this.name}].`;
      return notInstalled(`The agent ${this.name}`, this.#deps.argv[0] ?? "", fix);
    }
    const models = this.#deps.default_model === undefined ? [] : [this.#deps.default_model];
    return { installed: true, version: null, logged_in: "unknown", models, executable };
  }

  run(turn: AgentTurn): AsyncIterable<AgentEvent> {
    const prepare = (framed: AgentTurn, emit: Emit) => this.#prepare(framed, emit);
    return runCliTurn(this.#deps.runner, turn, prepare, { may_be_silent: true });
  }

  async #prepare(turn: AgentTurn, emit: Emit): Promise<CliDialect | CannotStart> {
    const file = await this.#find();
    if (file === undefined) return cannotStart(`The program ${this.#deps.argv[0]} was not found.`);
    const model = turn.model ?? this.#deps.default_model;
    const fill = (part: string) =>
      part.replace(/\{(workspace|model)\}/g, (_, name) =>
        name === "model" ? (model ?? "") : turn.workspace,
      );
    const command = {
      file,
      args: this.#deps.argv.slice(1).map(fill),
      env: childEnvironment(this.#deps.host_env, this.#deps.variables ?? []),
      readable: [file, ...(this.#deps.readable ?? [])],
      writable_files: [],
      state: [],
      network: this.#deps.network ?? true,
    };
    return new CommandConversation({ turn, command, model: model ?? null, emit, clock: this.#deps.clock });
  }

  async #find(): Promise<string | undefined> {
    return findExecutable(this.#deps.argv[0] ?? "", this.#deps.host_env["PATH"] ?? "");
  }
}

interface CommandConversationDeps {
  readonly turn: AgentTurn;
  readonly command: SandboxSpec;
  readonly model: string | null;
  readonly emit: Emit;
  readonly clock: Clock;
}

/** The program's output is its message; only its exit code says whether it failed. */
class CommandConversation implements CliDialect {
  readonly session_id = null;
  readonly usage = null;
  readonly #deps: CommandConversationDeps;

  constructor(deps: CommandConversationDeps) {
    this.#deps = deps;
  }

  get stdin(): string {
    return this.#deps.turn.prompt;
  }

  get command(): SandboxSpec {
    return this.#deps.command;
  }

  onStart(io: CliIo): void {
    const { model } = this.#deps;
    const pid = io.pid === undefined ? {} : { pid: io.pid };
    this.#deps.emit({ type: "started", session_id: null, model, ...pid });
  }

  onLine(line: string): void {
    this.#deps.emit({ type: "message_delta", text: `${line}\n` });
  }

  outcome(exit: ProcessOutcome): TurnOutcome {
    const final_text = exit.stdout.text.trim();
    const item = { id: "output", kind: "message", text: bounded(final_text) } as const;
    if (final_text !== "") this.#deps.emit({ type: "item", phase: "completed", item });
    const { session_id, usage } = this;
    if (exit.exitCode === 0)
      return { status: "completed", final_text, session_id, usage, observed_activity: false };
    const how = exit.signal === null ? `exit code ${exit.exitCode}` : exit.signal;
    const said = bounded(exit.stderr.text.trim(), 4000);
    const message = `The program ended with ${how}. ${said}`.trim();
    const failure = classifyFailure(lastWords(exit.stderr.text), this.#deps.clock.now());
    const known = failure.kind === "unknown" ? ({ kind: "exit", retry: false } as const) : failure;
    return { status: "failed", ...known, message, session_id, usage, exit_code: exit.exitCode };
  }
}
