import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Clock } from "@harness/protocol";
import { z } from "zod";
import type { ProcessRunner } from "../../process/index.ts";
import { type CannotStart, type CliDialect, runCliTurn } from "../cli-turn.ts";
import { ConversationHomes } from "../conversation-home.ts";
import { childEnvironment, type HostEnvironment, loginValues, type SetVariables } from "../environment.ts";
import { findExecutable } from "../executable.ts";
import type { FramedTurn } from "../framed-turn.ts";
import { loginMark } from "../login-mark.ts";
import { modelHosts, vendorHosts } from "../model-hosts.ts";
import type { Agent, AgentEvent, AgentProbe, AgentTurn, CannotReplay } from "../port.ts";
import { cannotStart, notInstalled, programVersion } from "../program.ts";
import { madeFrom, type Recording, recordedTooEarly } from "../recording.ts";
import { replayCliTurn } from "../replay-cli.ts";
import type { Emit } from "../turn-frame.ts";
import type { TurnMark } from "../turn-marks.ts";
import { type ClaudeSession, claudeArguments, claudeLoginVariables, claudeVariables } from "./arguments.ts";
import { locateClaude } from "./locate.ts";
import { ClaudeLogin } from "./login.ts";

/** What a recording says the conversation of its turn was made from. */
const MadeFrom = z.looseObject({ session_id: z.string(), resumed: z.boolean() });
/** Variables that log in by themselves. */
const LOGIN_VARIABLES = ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_OAUTH_TOKEN"];

/** What the Claude Code adapter is built from. */
export interface ClaudeAgentDeps {
  readonly runner: ProcessRunner;
  readonly clock: Clock;
  /** The name in the registry; `claude` when absent. */
  readonly name?: string;
  /** A name looked up on the search path of `host_env`, or an absolute path. */
  readonly executable: string;
  /** The operator's home directory. */
  readonly home: string;
  /** Where the login is when it is not `.claude` in `home` (`CLAUDE_CONFIG_DIR`). */
  readonly config_dir?: string;
  /** A directory of ours for the private homes of conversations; not below the system's temporary directory. */
  readonly state_dir: string;
  readonly host_env: HostEnvironment;
  /** Variables the operator set for it. */
  readonly set_env?: SetVariables;
  readonly default_model?: string;
}

/**
 * Claude Code, its real command line (2.1 and later), one process per turn. Every conversation has a private home
 * with the operator's login linked in; nothing else of the operator's home is needed or visible.
 */
export class ClaudeAgent implements Agent {
  readonly kind = "claude";
  readonly reports_cost = true;
  readonly steers = true;
  readonly forks = true;
  readonly name: string;
  readonly #deps: ClaudeAgentDeps;
  readonly #homes: ConversationHomes;
  readonly #login: ClaudeLogin;

  constructor(deps: ClaudeAgentDeps) {
    this.#deps = deps;
    this.name = deps.name ?? "claude";
    this.#homes = new ConversationHomes(path.join(deps.state_dir, this.name));
    const directory = deps.config_dir ?? path.join(deps.home, ".claude");
    const account_file = path.join(deps.config_dir ?? deps.home, ".claude.json");
    this.#login = new ClaudeLogin({ directory, account_file });
  }

  async probe(): Promise<AgentProbe> {
    const executable = await this.#find();
    if (executable === undefined)
      return notInstalled("Claude Code", this.#deps.executable, "npm install -g @anthropic-ai/claude-code");
    const found = await programVersion(this.#deps.runner, executable, this.#deps.host_env);
    const models = [...new Set([this.#deps.default_model, "opus", "sonnet", "haiku"])].filter(
      (one) => one !== undefined,
    );
    const base = { installed: found.version !== null, version: found.version, models, executable };
    if (found.problem !== undefined) return { ...base, logged_in: "unknown", problem: found.problem };
    const logged_in = await this.#loggedIn();
    if (logged_in !== false) return { ...base, logged_in };
    const fix = "Run `claude` once and log in, or set ANTHROPIC_API_KEY.";
    return { ...base, logged_in, problem: "Claude Code is not logged in.", fix };
  }

  async loginMark(): Promise<string> {
    const { host_env, set_env } = this.#deps;
    return loginMark([this.#login.credentialsFile], await loginValues(LOGIN_VARIABLES, host_env, set_env));
  }

  run(turn: AgentTurn): AsyncIterable<AgentEvent> {
    return runCliTurn(this.#deps.runner, turn, (framed, emit) => this.#prepare(framed, emit));
  }

  replay(recording: Recording): AsyncIterable<AgentEvent> | CannotReplay {
    const made = MadeFrom.safeParse(madeFrom(recording));
    if (!made.success) return { why: recordedTooEarly(recording) };
    const { session_id, resumed } = made.data;
    return replayCliTurn(recording, async (turn, emit, { clock, command }) => {
      const close = async () => {};
      const { ClaudeConversation } = await spoken();
      return new ClaudeConversation({ turn, command, session_id, resumed, emit, clock, close });
    });
  }

  forget(before: number): Promise<number> {
    return this.#homes.removeBefore(before);
  }

  async #prepare(turn: FramedTurn, emit: Emit): Promise<CliDialect | CannotStart> {
    const file = await this.#find();
    if (file === undefined) return cannotStart(`Claude Code (${this.#deps.executable}) is not installed.`);
    const { home, ...session } = await this.#converse(turn, emit);
    turn.record("mark", JSON.stringify({ made_from: session } satisfies TurnMark));
    const login = await this.#login.fill(home);
    const names =
      turn.model === undefined ? [...claudeLoginVariables, "ANTHROPIC_MODEL"] : claudeLoginVariables;
    const set = { ...claudeVariables, ...(await this.#deps.set_env?.read()) };
    const env = childEnvironment(this.#deps.host_env, names, set);
    const wanted = { ...turn, model: turn.model ?? this.#deps.default_model };
    const place = (await this.#inKeychain())
      ? { env: { ...env, HOME: this.#deps.home }, writable_files: this.#login.files, state: [home] }
      : { env: { ...env, HOME: home, CLAUDE_CONFIG_DIR: home }, writable_files: login, state: [home] };
    const args = claudeArguments(wanted, session);
    const hosts = modelHosts(vendorHosts.claude, env);
    const command = { file, args, ...place, readable: [file], network: true, hosts };
    const close = () => this.#login.takeBack(home);
    const { ClaudeConversation } = await spoken();
    return new ClaudeConversation({
      turn,
      command,
      session_id: session.session_id,
      resumed: session.resumed,
      emit,
      clock: this.#deps.clock,
      close,
    });
  }

  /** The conversation of the turn and its home: what is forked goes on in a copy, under an id of its own. */
  async #converse(turn: AgentTurn, emit: Emit): Promise<ClaudeSession & { readonly home: string }> {
    const { home: known, resumed } = await this.#homes.openFor(turn, emit);
    const before = resumed ? turn.session_id : undefined;
    const forked_from = turn.fork === true ? before : undefined;
    const home = forked_from === undefined ? known : await this.#homes.copy(known);
    const session_id = forked_from === undefined && before !== undefined ? before : randomUUID();
    await this.#homes.remember(session_id, { home });
    return { home, session_id, resumed, ...(forked_from === undefined ? {} : { forked_from }) };
  }

  async #find(): Promise<string | undefined> {
    const found = await findExecutable(this.#deps.executable, this.#deps.host_env["PATH"] ?? "");
    return found === undefined ? undefined : locateClaude(found);
  }

  /** A macOS login in the keychain belongs to the operator's own configuration directory and works with no other. */
  async #inKeychain(): Promise<boolean> {
    return process.platform === "darwin" && (await this.#loggedIn()) === "unknown";
  }

  async #loggedIn(): Promise<boolean | "unknown"> {
    const env = this.#deps.host_env;
    const set = this.#deps.set_env?.names ?? [];
    if (LOGIN_VARIABLES.some((name) => env[name] || set.includes(name))) return true;
    if (await this.#login.exists()) return true;
    // On macOS the login may be in the keychain, which cannot be looked into without asking the user.
    return process.platform === "darwin" ? "unknown" : false;
  }
}

/** How Claude Code is spoken to: loaded with the first turn, for its schemas are of no use before. */
function spoken() {
  return import("./conversation.ts");
}
