import path from "node:path";
import type { Clock } from "@harness/protocol";
import { z } from "zod";
import type { ProcessRunner } from "../../process/index.ts";
import { type CannotStart, type CliDialect, runCliTurn } from "../cli-turn.ts";
import { ConversationHomes, StoredUsage } from "../conversation-home.ts";
import { childEnvironment, type HostEnvironment, loginValues, type SetVariables } from "../environment.ts";
import { findExecutable } from "../executable.ts";
import type { FramedTurn } from "../framed-turn.ts";
import { loginMark } from "../login-mark.ts";
import { modelHosts, vendorHosts } from "../model-hosts.ts";
import type { Agent, AgentEvent, AgentProbe, AgentTurn, CannotReplay } from "../port.ts";
import { placeFile } from "../private-file.ts";
import { cannotStart, notInstalled, programVersion } from "../program.ts";
import { madeFrom, type Recording, recordedTooEarly } from "../recording.ts";
import { replayCliTurn } from "../replay-cli.ts";
import type { Emit } from "../turn-frame.ts";
import type { TurnMark } from "../turn-marks.ts";
import { AppServerLookup } from "./app-server/lookup.ts";
import { CodexOrigin, type CodexTurnDeps } from "./codex-turn.ts";
import { execArguments, SCHEMA_FILE } from "./exec/arguments.ts";
import { type CodexProgram, locateCodex } from "./locate.ts";
import { CodexLogin } from "./login.ts";

/** Where Codex keeps what was said. Its databases beside it hold paths of the home they were made in. */
const TRANSCRIPTS = ["sessions"];

const CodexMode = z.enum(["app-server", "exec"]);
/** How Codex is spoken to: both ways over its app-server, or one prompt in and events out. */
export type CodexMode = z.infer<typeof CodexMode>;

/** What a recording says the conversation of its turn was made from. */
const MadeFrom = z.object({
  mode: CodexMode,
  origin: CodexOrigin,
  model: z.string().nullable(),
  asked_model: z.string().optional(),
  total: StoredUsage.optional(),
});
type MadeFrom = z.infer<typeof MadeFrom>;

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
  /** Variables the operator set for it. */
  readonly set_env?: SetVariables;
  readonly default_model?: string;
  readonly mode: CodexMode;
  /** From 0 up to 1: spreads what is asked again. */
  readonly random: () => number;
}

/**
 * OpenAI Codex, its real command line (0.169 and later), one process per turn with Codex's own sandbox off:
 * ours is outside. Every conversation has a private `CODEX_HOME` with the operator's login linked in.
 */
export class CodexAgent implements Agent {
  readonly kind = "codex";
  readonly forks = true;
  readonly steers = true;
  readonly name: string;
  readonly #deps: CodexAgentDeps;
  readonly #homes: ConversationHomes;
  readonly #login: CodexLogin;
  readonly #servers: AppServerLookup;

  constructor(deps: CodexAgentDeps) {
    this.#deps = deps;
    this.name = deps.name ?? "codex";
    this.#homes = new ConversationHomes(path.join(deps.state_dir, this.name));
    this.#servers = new AppServerLookup(deps.runner, deps.host_env);
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
    const { host_env, set_env } = this.#deps;
    return loginMark([this.#login.authFile], await loginValues(names, host_env, set_env));
  }

  run(turn: AgentTurn): AsyncIterable<AgentEvent> {
    return runCliTurn(this.#deps.runner, turn, (framed, emit) => this.#prepare(framed, emit));
  }

  replay(recording: Recording): AsyncIterable<AgentEvent> | CannotReplay {
    const made = MadeFrom.safeParse(madeFrom(recording));
    if (!made.success) return { why: recordedTooEarly(recording) };
    const nothing = async () => {};
    return replayCliTurn(recording, async (turn, emit, { clock, command }) =>
      this.#turnOf(made.data, { turn, command, emit, clock, remember: nothing, close: nothing }),
    );
  }

  forget(before: number): Promise<number> {
    return this.#homes.removeBefore(before);
  }

  async #prepare(turn: FramedTurn, emit: Emit): Promise<CliDialect | CannotStart> {
    const program = await this.#find();
    if (program === undefined) return cannotStart(`Codex (${this.#deps.executable}) is not installed.`);
    const mode = await this.#modeOf(program, emit);
    const conversation = await this.#homes.openFor(turn, emit);
    const { total } = conversation;
    const origin = originOf(turn, conversation.resumed);
    // A fork gets a home of its own, so that nothing it does reaches the old conversation.
    const home =
      origin.kind === "fork" ? await this.#homes.copy(conversation.home, TRANSCRIPTS) : conversation.home;
    const questions = mode === "app-server" && turn.ask !== undefined;
    const login = await this.#login.fill(home, turn.workspace, { questions });
    if (mode === "exec" && turn.output_schema !== undefined)
      await placeFile(home, SCHEMA_FILE, JSON.stringify(turn.output_schema));
    const model = turn.model ?? this.#deps.default_model;
    const names = ["CODEX_API_KEY", ...(await this.#login.variables())];
    const set = await this.#deps.set_env?.read();
    const env = childEnvironment(this.#deps.host_env, names, set);
    const command = {
      file: program.file,
      args: mode === "exec" ? execArguments(turn, origin, { model, home }) : ["app-server"],
      env: { ...env, HOME: home, CODEX_HOME: home },
      readable: program.readable,
      writable_files: login,
      state: [home],
      network: true,
      hosts: modelHosts(vendorHosts.codex, env, await this.#login.addresses()),
    };
    const configured = (await this.#login.settings())["model"];
    const made: MadeFrom = {
      mode,
      origin,
      model: model ?? (typeof configured === "string" ? configured : null),
      ...(model === undefined ? {} : { asked_model: model }),
      ...(total === undefined ? {} : { total }),
    };
    turn.record("mark", JSON.stringify({ made_from: made } satisfies TurnMark));
    return this.#turnOf(made, {
      turn,
      command,
      emit,
      clock: this.#deps.clock,
      remember: (id, now) => this.#homes.remember(id, { home, total: now }),
      close: () => this.#login.takeBack(home),
    });
  }

  /** The schemas of either way are loaded with the first turn: they are of no use before. */
  async #turnOf(
    made: MadeFrom,
    rest: Omit<CodexTurnDeps, "origin" | "model" | "total">,
  ): Promise<CliDialect> {
    const { mode, asked_model, origin, model, total } = made;
    const deps: CodexTurnDeps = { ...rest, origin, model, total };
    if (mode === "exec") {
      const { CodexExecTurn } = await import("./exec/exec-turn.ts");
      return new CodexExecTurn(deps);
    }
    const { CodexAppServerTurn } = await import("./app-server/app-server-turn.ts");
    return new CodexAppServerTurn({ ...deps, asked_model, random: this.#deps.random });
  }

  /** How the program is spoken to: as the operator wants, but not in a way it does not know. */
  async #modeOf(program: CodexProgram, emit: Emit): Promise<CodexMode> {
    if (this.#deps.mode === "exec" || (await this.#servers.offered(program.file))) return this.#deps.mode;
    const message = "This Codex has no app-server: `codex exec` is used, which cannot be steered or ask.";
    emit({ type: "warning", message });
    return "exec";
  }

  async #find(): Promise<CodexProgram | undefined> {
    const found = await findExecutable(this.#deps.executable, this.#deps.host_env["PATH"] ?? "");
    return found === undefined ? undefined : locateCodex(found);
  }

  async #loggedIn(): Promise<boolean | "unknown"> {
    const { host_env, set_env } = this.#deps;
    const keyed = host_env["CODEX_API_KEY"] || set_env?.names.includes("CODEX_API_KEY");
    if (keyed || (await this.#login.exists())) return true;
    const { model_provider, cli_auth_credentials_store } = await this.#login.settings();
    // A provider of the operator's own, or a login in the system's key store: only a turn can tell.
    return model_provider !== undefined || cli_auth_credentials_store !== undefined ? "unknown" : false;
  }
}

function originOf(turn: AgentTurn, known: boolean): CodexOrigin {
  if (!known || turn.session_id === undefined) return { kind: "new" };
  return { kind: turn.fork === true ? "fork" : "resume", session_id: turn.session_id };
}
