import path from "node:path";
import type { Clock } from "@harness/protocol";
import type { ProcessRunner } from "../../process/index.ts";
import type { HostEnvironment } from "../environment.ts";
import { loginMark } from "../login-mark.ts";
import type { Agent, AgentEvent, AgentProbe, AgentTurn, CannotReplay } from "../port.ts";
import type { Recording } from "../recording.ts";
import { frameTurn } from "../turn-frame.ts";
import type { StepLimits } from "./api-turn.ts";
import { ConversationHistory } from "./history.ts";
import { probeOllama } from "./probe-ollama.ts";
import type { ApiEndpoint } from "./provider.ts";
import { replayApiTurn } from "./replay-turn.ts";
import type { Fetch } from "./traffic.ts";
import { WorkspaceFiles } from "./workspace-files.ts";

/** What a model endpoint's adapter is built from. */
export interface ApiAgentDeps extends StepLimits {
  readonly name: string;
  readonly endpoint: ApiEndpoint;
  /** How the endpoint is asked. */
  readonly fetch: Fetch;
  /** The model of turns that name none; without one the agent cannot be used by `auto`. */
  readonly default_model?: string;
  readonly runner: ProcessRunner;
  readonly clock: Clock;
  /** A directory of ours for the conversations. */
  readonly state_dir: string;
  /** Only the search path and the network's variables reach the programs it runs. */
  readonly host_env: HostEnvironment;
}

/**
 * A model endpoint used directly: Anthropic, OpenAI, anything that speaks Chat Completions, or Ollama. The tools are ours:
 * files confined to the workspace, programs without a shell in the sandbox, both under policy.
 */
export class ApiAgent implements Agent {
  readonly kind = "api";
  readonly forks = true;
  readonly steers = true;
  readonly name: string;
  readonly #deps: ApiAgentDeps;
  readonly #history: ConversationHistory;

  constructor(deps: ApiAgentDeps) {
    this.#deps = deps;
    this.name = deps.name;
    this.#history = new ConversationHistory(path.join(deps.state_dir, deps.name));
  }

  /** Looks at the settings: asking the endpoint would cost money or time. Ollama alone is asked, for what it has costs nothing. */
  async probe(): Promise<AgentProbe> {
    const { default_model, endpoint } = this.#deps;
    if (endpoint.protocol === "ollama") return probeOllama(this.#deps.fetch, endpoint, default_model);
    const keyless = endpoint.protocol === "openai_compatible";
    const logged_in = endpoint.api_key !== undefined || (keyless ? "unknown" : false);
    const models = default_model === undefined ? [] : [default_model];
    const base = { installed: true, version: null, logged_in, models } as const;
    if (default_model === undefined)
      return { ...base, problem: `No model is set for ${this.name}.`, fix: "Set its default_model." };
    if (logged_in === false) return { ...base, problem: `${this.name} has no key.`, fix: "Set its api_key." };
    return base;
  }

  async loginMark(): Promise<string> {
    // A key that cannot be read is a login that is gone: the mark changes when it is back.
    const key = await this.#deps.endpoint.api_key?.().catch(() => undefined);
    return loginMark([], [key]);
  }

  run(turn: AgentTurn): AsyncIterable<AgentEvent> {
    return frameTurn(turn, async (framed, emit) => {
      const { host_env, runner } = this.#deps;
      const model = framed.model ?? this.#deps.default_model;
      if (model === undefined) throw new Error(`No model is set for ${this.name}.`);
      const files = await WorkspaceFiles.open(framed.workspace, framed.protected_paths);
      const context = { turn: framed, files, runner, host_env };
      const { ApiTurn } = await import("./api-turn.ts");
      return new ApiTurn({ ...this.#deps, turn: framed, emit, model, history: this.#history, context }).run();
    });
  }

  replay(recording: Recording): AsyncIterable<AgentEvent> | CannotReplay {
    return replayApiTurn(recording, this.#deps.runner);
  }

  forget(before: number): Promise<number> {
    return this.#history.removeBefore(before);
  }
}
