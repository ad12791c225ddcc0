import path from "node:path";
import type { Clock } from "@harness/protocol";
import { z } from "zod";
import type { ProcessRunner } from "../../process/index.ts";
import { type CannotStart, type CliDialect, runCliTurn } from "../cli-turn.ts";
import { ConversationHomes, StoredUsage } from "../conversation-home.ts";
import { childEnvironment, type HostEnvironment, loginValues, type SetVariables } from "../environment.ts";
import type { FramedTurn } from "../framed-turn.ts";
import { loginMark } from "../login-mark.ts";
import { modelHosts } from "../model-hosts.ts";
import type { Agent, AgentEvent, AgentProbe, AgentTurn, CannotReplay } from "../port.ts";
import { cannotStart, notInstalled, programVersion } from "../program.ts";
import { madeFrom, type Recording, recordedTooEarly } from "../recording.ts";
import { type Replayed, replayCliTurn } from "../replay-cli.ts";
import type { Emit } from "../turn-frame.ts";
import type { TurnMark } from "../turn-marks.ts";
import { withPieces } from "../whole-texts.ts";
import { addressesIn, fillHome } from "./home.ts";
import { messagePiece } from "./message-pieces.ts";
import { type AcpProfile, type AcpSettings, acpProfile } from "./profile.ts";
import { findProgram } from "./program.ts";
import { TranslatedIds } from "./translated-ids.ts";

/** What a conversation is made from besides its turn: what it was, what it had used, and the model. */
const MadeFrom = z.object({
  session_id: z.string().nullable(),
  total: StoredUsage.nullable(),
  model: z.string().nullable(),
});

/** What the ACP adapter is built from: one for every `[agents.acp.NAME]` of the operator's configuration. */
export interface AcpAgentDeps {
  readonly runner: ProcessRunner;
  readonly clock: Clock;
  readonly name: string;
  readonly settings: AcpSettings;
  /** The operator's home directory. */
  readonly home: string;
  /** A directory of ours for the private homes of conversations. */
  readonly state_dir: string;
  readonly host_env: HostEnvironment;
  /** Variables the operator set for it. */
  readonly set_env?: SetVariables;
}

/**
 * Any agent that speaks the Agent Client Protocol v1 on standard input and output, one process per turn. Every
 * conversation has a private home with the operator's login linked in; it is resumed as far as the agent can.
 */
export class AcpAgent implements Agent {
  readonly kind = "acp";
  readonly name: string;
  readonly reports_cost?: true;
  readonly forks?: true;
  readonly #deps: AcpAgentDeps;
  readonly #profile: AcpProfile;
  readonly #homes: ConversationHomes;

  constructor(deps: AcpAgentDeps) {
    this.#deps = deps;
    this.name = deps.name;
    this.#profile = acpProfile(deps.name, deps.settings);
    this.#homes = new ConversationHomes(path.join(deps.state_dir, deps.name));
    if (this.#profile.reports_cost) this.reports_cost = true;
    if (this.#profile.forks) this.forks = true;
  }

  async probe(): Promise<AgentProbe> {
    const [name = ""] = this.#profile.argv;
    const program = await findProgram(name, this.#searchPath);
    if (program === undefined) {
      const { install = `Install it, or correct argv of [agents.acp.${this.name}].` } = this.#profile;
      return notInstalled(`The agent ${this.name}`, name, install);
    }
    const { version } = await programVersion(this.#deps.runner, program.file, this.#deps.host_env);
    const { model } = this.#profile;
    const models = model === undefined ? [] : [model];
    // Whether an agent has a login is known to it alone; a turn tells.
    return { installed: true, version, logged_in: "unknown", models, executable: program.file };
  }

  run(turn: AgentTurn): AsyncIterable<AgentEvent> {
    return runCliTurn(this.#deps.runner, turn, (framed, emit) => this.#prepare(framed, emit));
  }

  replay(recording: Recording): AsyncIterable<AgentEvent> | CannotReplay {
    const made = MadeFrom.safeParse(madeFrom(recording));
    if (!made.success) return { why: recordedTooEarly(recording) };
    const { session_id, total, model } = made.data;
    const prepare = async (turn: FramedTurn, emit: Emit, { clock, command }: Replayed) => {
      const { AcpConversation } = await import("./conversation.ts");
      return new AcpConversation({
        turn,
        profile: this.#profile,
        command,
        runner: this.#deps.runner,
        host_env: {},
        session_id,
        model: model ?? undefined,
        total: total ?? undefined,
        emit,
        clock,
        remember: async () => {},
      });
    };
    return replayCliTurn(withPieces(recording, messagePiece), prepare, { translation: new TranslatedIds() });
  }

  forget(before: number): Promise<number> {
    return this.#homes.removeBefore(before);
  }

  async loginMark(): Promise<string> {
    const { login_files, env } = this.#profile;
    const files = login_files.map((name) => path.join(this.#deps.home, name));
    const { host_env, set_env } = this.#deps;
    return loginMark(files, await loginValues([...env, ...(set_env?.names ?? [])], host_env, set_env));
  }

  async #prepare(turn: FramedTurn, emit: Emit): Promise<CliDialect | CannotStart> {
    const { runner, clock, host_env } = this.#deps;
    const profile = this.#profile;
    const [name = "", ...rest] = profile.argv;
    const program = await findProgram(name, this.#searchPath);
    if (program === undefined) return cannotStart(`The agent ${this.name} (${name}) is not installed.`);
    // The SDK is loaded with the first turn: a server that drives no such agent starts without it.
    const { AcpConversation } = await import("./conversation.ts");
    const conversation = await this.#homes.openFor(turn, emit);
    const { resumed, total } = conversation;
    const copied = resumed && turn.fork === true;
    const home = copied ? await this.#homes.copy(conversation.home) : conversation.home;
    const session_id = resumed ? (turn.session_id ?? null) : null;
    const model = turn.model ?? profile.model;
    const made_from = { session_id, total: total === undefined ? null : { ...total }, model: model ?? null };
    turn.record("mark", JSON.stringify({ made_from } satisfies TurnMark));
    const login = await fillHome(home, this.#deps.home, profile);
    const set = { ...profile.set_env, ...(await this.#deps.set_env?.read()) };
    const env = childEnvironment(host_env, profile.env, set);
    const command = {
      file: program.file,
      args: rest.map((part) => part.replaceAll("{model}", model ?? "")),
      env: { ...env, HOME: home },
      readable: [...program.readable, ...profile.readable],
      writable_files: login,
      state: [home],
      network: true,
      hosts: modelHosts(profile.hosts, env, addressesIn(profile.home_files)),
    };
    return new AcpConversation({
      turn,
      profile,
      command,
      runner,
      host_env,
      session_id,
      model,
      total,
      emit,
      clock,
      remember: (id, now) => this.#homes.remember(id, { home, ...(now === undefined ? {} : { total: now }) }),
    });
  }

  get #searchPath(): string {
    return this.#deps.host_env["PATH"] ?? "";
  }
}
