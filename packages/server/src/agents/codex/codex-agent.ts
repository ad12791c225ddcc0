import path from "node:path";
import type { Clock } from "@harness/protocol";
import type { ProcessRunner } from "../../process/index.ts";
import { type CannotStart, type CliDialect, runCliTurn } from "../cli-turn.ts";
import { ConversationHomes } from "../conversation-home.ts";
import { childEnvironment, type HostEnvironment } from "../environment.ts";
import { findExecutable } from "../executable.ts";
import { loginMark } from "../login-mark.ts";
import type { Agent, AgentEvent, AgentProbe, AgentTurn } from "../port.ts";
import { placeFile } from "../private-file.ts";
import { cannotStart, notInstalled, programVersion } from "../program.ts";
import type { Emit } from "../turn-frame.ts";
import { CodexConversation } from "./conversation.ts";
import { type CodexProgram, locateCodex } from "./locate.ts";
import { CodexLogin } from "./login.ts";

const SCHEMA_FILE = "answer-schema.json";

/** What the Codex adapter is built from. */
export interface CodexAgentDeps {
  readonly runner: ProcessRunner;
  readonly clock: Clock;
  /** The name in the registry; `codex` when absent. */
  readonly name?: string;
  /** A name looked up on the search path of `host_env`, or an absolute path. */
  readonly executable: string;
  /** The operator's home directory. */
  readonly home: string;
  /** Where the login is when it is not `.codex` in `home` (`CODEX_HOME`). */
  readonly config_dir?: string;
  /** A directory of ours for the private homes of conversations; not below the system's temporary directory. */
  readonly state_dir: string;
  readonly host_env: HostEnvironment;
  readonly default_model?: string;
}

/**
 * OpenAI Codex, its real command line (0.169 and later), one `codex exec` per turn with Codex's own sandbox off:
 * ours is outside. Every conversation has a private `CODEX_HOME` with the operator's login linked in.
 */
export class CodexAgent implements Agent {
  readonly kind = "codex";
  readonly name: string;
  readonly #deps: CodexAgentDeps;
  readonly #homes: ConversationHomes;
  readonly #login: CodexLogin;

  constructor(deps: CodexAgentDeps) {
    this.#deps = deps;
    this.name = deps.name ?? "codex";
    this.#homes = new ConversationHomes(path.join(deps.state_dir, this.name));
    this.#login = new CodexLogin(deps.config_dir ?? path.join(deps.home, ".codex"));
  }

  async probe(): Promise<AgentProbe> {
    const program = await this.#find();
    if (program === undefined)
      return notInstalled("Codex", this.#deps.executable, "npm install -g @openai/codex");
    const found = await programVersion(this.#deps.runner, program.file, this.#deps.host_env);
    const models = this.#deps.default_model === undefined ? [] : [this.#deps.default_model];
    const base = {
      installed: found.version !== null,
      version: found.version,
      models,
      executable: program.file,
    };
    if (found.problem !== undefined) return { ...base, logged_in: "unknown", problem: found.problem };
    const logged_in = await this.#loggedIn();
    if (logged_in !== false) return { ...base, logged_in };
    const fix = "Run `codex login`.";
    return { ...base, logged_in, problem: "Codex is not logged in.", fix };
  }

  async loginMark(): Promise<string> {
    const names = ["CODEX_API_KEY", ...(await this.#login.variables())];
    const keys = names.map((name) => this.#deps.host_env[name]);
    return loginMark([this.#login.authFile], keys);
  }

  run(turn: AgentTurn): AsyncIterable<AgentEvent> {
    return runCliTurn(this.#deps.runner, turn, (framed, emit) => this.#prepare(framed, emit));
  }

  forget(before: number): Promise<number> {
    return this.#homes.removeBefore(before);
  }

  async #prepare(turn: AgentTurn, emit: Emit): Promise<CliDialect | CannotStart> {
    const program = await this.#find();
    if (program === undefined) return cannotStart(`Codex (${this.#deps.executable}) is not installed.`);
    const conversation = await this.#homes.openFor(turn, emit);
    const { home, total, resumed } = conversation;
    const session_id = resumed ? turn.session_id : undefined;
    const login = await this.#login.fill(home, turn.workspace);
    if (turn.output_schema !== undefined)
      await placeFile(home, SCHEMA_FILE, JSON.stringify(turn.output_schema));
    const model = turn.model ?? this.#deps.default_model;
    const names = ["CODEX_API_KEY", ...(await this.#login.variables())];
    const command = {
      file: program.file,
      args: argumentsOf({ ...turn, session_id }, model, home),
      env: { ...childEnvironment(this.#deps.host_env, names), HOME: home, CODEX_HOME: home },
      readable: program.readable,
      writable_files: login,
      state: [home],
      network: true,
    };
    const configured = (await this.#login.settings())["model"];
    const shown = model ?? (typeof configured === "string" ? configured : null);
    return new CodexConversation({
      turn,
      command,
      session_id: session_id ?? null,
      model: shown,
      total,
      emit,
      clock: this.#deps.clock,
      remember: (id, now) => this.#homes.remember(id, { home, total: now }),
      close: () => this.#login.takeBack(home),
    });
  }

  async #find(): Promise<CodexProgram | undefined> {
    const found = await findExecutable(this.#deps.executable, this.#deps.host_env["PATH"] ?? "");
    return found === undefined ? undefined : locateCodex(found);
  }

  async #loggedIn(): Promise<boolean | "unknown"> {
    if (this.#deps.host_env["CODEX_API_KEY"] || (await this.#login.exists())) return true;
    const { model_provider, cli_auth_credentials_store } = await this.#login.settings();
    // A provider of the operator's own, or a login in the system's key store: only a turn can tell.
    return model_provider !== undefined || cli_auth_credentials_store !== undefined ? "unknown" : false;
  }
}

/** The arguments of one turn; `-` makes Codex read the prompt from standard input. */
function argumentsOf(turn: AgentTurn, model: string | undefined, home: string): string[] {
  const args = ["exec"];
  if (turn.session_id !== undefined) args.push("resume");
  args.push("--json", "--skip-git-repo-check", "-c", 'sandbox_mode="danger-full-access"');
  args.push("-c", 'approval_policy="never"');
  if (model !== undefined) args.push("--model", model);
  if (turn.output_schema !== undefined) args.push("--output-schema", path.join(home, SCHEMA_FILE));
  if (turn.session_id !== undefined) args.push(turn.session_id);
  args.push("-");
  return args;
}
