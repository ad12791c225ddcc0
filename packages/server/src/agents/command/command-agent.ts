import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Clock } from "@harness/protocol";
import type { ProcessOutcome, ProcessRunner } from "../../process/index.ts";
import { type CannotStart, type CliDialect, type CliIo, runCliTurn } from "../cli-turn.ts";
import { ConversationHomes } from "../conversation-home.ts";
import { childEnvironment, type HostEnvironment, type SetVariables } from "../environment.ts";
import { findExecutable } from "../executable.ts";
import { classifyFailure, lastWords } from "../failure.ts";
import { bounded } from "../json-line.ts";
import { modelHosts } from "../model-hosts.ts";
import type { Agent, AgentEvent, AgentProbe, AgentTurn, TurnOutcome } from "../port.ts";
import { cannotStart, notInstalled } from "../program.ts";
import type { Recording } from "../recording.ts";
import { type Replayed, replayCliTurn } from "../replay-cli.ts";
import type { SandboxSpec } from "../sandbox-port.ts";
import type { Emit } from "../turn-frame.ts";
import { fillTemplate } from "./template.ts";

/** What a `command` adapter is built from: one for every `[agents.command.NAME]` of the operator's configuration. */
export interface CommandAgentDeps {
  readonly runner: ProcessRunner;
  readonly clock: Clock;
  readonly name: string;
  /** A directory of ours for the homes of its conversations. */
  readonly state_dir: string;
  /** The program and its arguments; `fillTemplate` says what is filled in. The prompt comes on standard input. */
  readonly argv: readonly string[];
  /** The same for a turn that goes on with a conversation; `argv` unless told. */
  readonly resume_argv?: readonly string[];
  /** Names of variables of the server the program may have. */
  readonly variables?: readonly string[];
  /** Paths besides the system and the workspace it needs to read. */
  readonly readable?: readonly string[];
  readonly host_env: HostEnvironment;
  /** Variables the operator set for it. */
  readonly set_env?: SetVariables;
  readonly default_model?: string;
  /** False for a program that needs no network. */
  readonly network?: boolean;
}

/** Any program that takes a prompt on standard input and works in the current directory. */
export class CommandAgent implements Agent {
  readonly kind = "command";
  readonly name: string;
  readonly #deps: CommandAgentDeps;
  readonly #homes: ConversationHomes;

  constructor(deps: CommandAgentDeps) {
    this.#deps = deps;
    this.name = deps.name;
    this.#homes = new ConversationHomes(path.join(deps.state_dir, deps.name));
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

  forget(before: number): Promise<number> {
    return this.#homes.removeBefore(before);
  }

  replay(recording: Recording): AsyncIterable<AgentEvent> {
    const prepare = async (turn: AgentTurn, emit: Emit, { clock, command }: Replayed) =>
      new CommandConversation({
        turn,
        command,
        model: turn.model ?? null,
        session_id: turn.session_id ?? null,
        emit,
        clock,
      });
    return replayCliTurn(recording, prepare, { may_be_silent: true });
  }

  async #prepare(turn: AgentTurn, emit: Emit): Promise<CliDialect | CannotStart> {
    const file = await this.#find();
    if (file === undefined) return cannotStart(`The program ${this.#deps.argv[0]} was not found.`);
    const model = turn.model ?? this.#deps.default_model;
    const place = await this.#converse(turn, emit);
    const template = place.resumed ? (this.#deps.resume_argv ?? this.#deps.argv) : this.#deps.argv;
    const values = { workspace: turn.workspace, model, session_id: place.session_id ?? undefined };
    const args = fillTemplate(template.slice(1), values);
    if ("missing" in args)
      return cannotStart(
        `argv of [agents.command.${this.name}] names {${args.missing}}, and none is known. Set its default_model, or name a model with the task.`,
      );
    const set = await this.#deps.set_env?.read();
    const env = childEnvironment(this.#deps.host_env, this.#deps.variables ?? [], set);
    const command = {
      file,
      args: args.filled,
      env: place.home === undefined ? env : { ...env, HOME: place.home },
      readable: [file, ...(this.#deps.readable ?? [])],
      writable_files: [],
      state: place.home === undefined ? [] : [place.home],
      network: this.#deps.network ?? true,
      hosts: modelHosts([], env),
    };
    const { session_id } = place;
    const { clock } = this.#deps;
    return new CommandConversation({ turn, command, model: model ?? null, session_id, emit, clock });
  }

  /** The conversation of a turn: only a program that is told a session id can have one. */
  async #converse(turn: AgentTurn, emit: Emit): Promise<Place> {
    if (!this.#deps.argv.some((word) => word.includes("{session_id}")))
      return { session_id: null, resumed: false };
    const message = "A conversation with this program cannot be forked; a new one was started.";
    const { session_id: asked, fork, ...rest } = turn;
    if (fork === true && asked !== undefined) emit({ type: "warning", message });
    const known = await this.#homes.openFor(fork === true ? rest : turn, emit);
    const session_id = known.resumed && asked !== undefined ? asked : randomUUID();
    await this.#homes.remember(session_id, known);
    return { session_id, resumed: known.resumed, home: known.home };
  }

  async #find(): Promise<string | undefined> {
    return findExecutable(this.#deps.argv[0] ?? "", this.#deps.host_env["PATH"] ?? "");
  }
}

/** Where one turn takes place. */
interface Place {
  readonly session_id: string | null;
  readonly resumed: boolean;
  readonly home?: string;
}

interface CommandConversationDeps {
  readonly session_id: string | null;
  readonly turn: AgentTurn;
  readonly command: SandboxSpec;
  readonly model: string | null;
  readonly emit: Emit;
  readonly clock: Clock;
}

/** The program's output is its message; only its exit code says whether it failed. */
class CommandConversation implements CliDialect {
  readonly session_id: string | null;
  readonly usage = null;
  readonly #deps: CommandConversationDeps;

  constructor(deps: CommandConversationDeps) {
    this.#deps = deps;
    this.session_id = deps.session_id;
  }

  get stdin(): string {
    return this.#deps.turn.prompt;
  }

  get command(): SandboxSpec {
    return this.#deps.command;
  }

  onStart(io: CliIo): void {
    const { model, session_id } = this.#deps;
    const pid = io.pid === undefined ? {} : { pid: io.pid };
    this.#deps.emit({ type: "started", session_id, model, ...pid });
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
