import type { Clock } from "@harness/protocol";
import type { ProcessRunner } from "../../process/index.ts";
import { ApiAgent } from "../api/api-agent.ts";
import { WorkspaceFiles } from "../api/workspace-files.ts";
import type { HostEnvironment } from "../environment.ts";
import type { Agent, AgentEvent, AgentProbe, AgentTurn, Usage } from "../port.ts";
import { exampleFetch } from "../scripted-model.ts";
import { frameTurn } from "../turn-frame.ts";
import { isExamplePackage } from "./is-example.ts";

/** It starts with `scripted-`, so that no record can mistake it for a real model. */
const MODEL = "scripted-demo";
/** The most a scripted answer holds: nothing counts it. */
const MAX_TOKENS = 4_096;

/** What a scripted agent is built from. */
export interface ScriptedAgentDeps {
  readonly name: string;
  readonly runner: ProcessRunner;
  readonly clock: Clock;
  /** A directory of ours for its conversations. */
  readonly state_dir: string;
  /** Only the search path and the network's variables reach the programs it runs. */
  readonly host_env: HostEnvironment;
}

/**
 * Plays the work on the example project by a script: no model, no account, no cost, and nothing else can be asked of it.
 * What it does is done by the tools of a model endpoint, under the same rules. Nobody picks it but a person by its name.
 */
export class ScriptedAgent implements Agent {
  readonly kind = "scripted";
  readonly reports_cost = true;
  readonly name: string;
  readonly #model: ApiAgent;

  constructor(deps: ScriptedAgentDeps) {
    this.name = deps.name;
    this.#model = new ApiAgent({
      ...deps,
      endpoint: { protocol: "anthropic", base_url: "http://scripted.invalid" },
      fetch: exampleFetch,
      default_model: MODEL,
      max_tokens: MAX_TOKENS,
    });
  }

  async probe(): Promise<AgentProbe> {
    return { installed: true, version: null, logged_in: true, models: [MODEL] };
  }

  async *run(turn: AgentTurn): AsyncIterable<AgentEvent> {
    if (!(await isExample(turn.workspace))) {
      yield* refuse(turn);
      return;
    }
    const { model: _, on_usage, ...rest } = turn;
    const told = on_usage === undefined ? {} : { on_usage: () => on_usage(FREE) };
    for await (const event of this.#model.run({ ...rest, ...told })) yield atNoCost(event);
  }

  forget(before: number): Promise<number> {
    return this.#model.forget(before);
  }
}

/** What a script says it used is as made up as its words: nothing was. */
const FREE: Usage = { input_tokens: 0, output_tokens: 0, cached_tokens: 0, total_tokens: 0, cost_usd: 0 };

function atNoCost(event: AgentEvent): AgentEvent {
  if (event.type === "usage") return { ...event, usage: FREE };
  return event.type === "ended" ? { ...event, outcome: { ...event.outcome, usage: FREE } } : event;
}

async function isExample(workspace: string): Promise<boolean> {
  const files = await WorkspaceFiles.open(workspace);
  return files.read("package.json").then(isExamplePackage, () => false);
}

function refuse(turn: AgentTurn): AsyncIterable<AgentEvent> {
  return frameTurn(turn, async () => ({
    status: "failed",
    kind: "permanent",
    message: "A script works on the example project only (harness project example). Name another agent.",
    retry: false,
    session_id: null,
    usage: FREE,
  }));
}
