import type { WrapFunction } from "../agents/index.ts";
import type { TurnPlace } from "./turn-place.ts";

/** What an agent is lent to talk back with. */
export interface TurnTokensDeps {
  readonly credentials: { lend(turnId: string, actor: string): { readonly token: string } & Disposable };
  readonly redactor: { register(label: string, value: string): boolean };
  /** Agents that want one (`agents.talk_back`). */
  readonly agents: readonly string[];
  /** False when agents have no network: they could not reach this server, so they get nothing. */
  readonly network: boolean;
}

/**
 * Lends agents a token for their own task (SAFETY.md C10): made when a turn begins, in the environment of its program
 * as HARNESS_TASK_TOKEN beside HARNESS_TASK_URL, taken back when the turn is over. An agent that is not listed, or has
 * no network, gets none.
 */
export class TurnTokens {
  readonly #deps: TurnTokensDeps;
  /** Where this server listens, once it does; without an address nothing is lent. */
  url: string | undefined;

  constructor(deps: TurnTokensDeps) {
    this.#deps = deps;
  }

  /** The sandbox of a turn, through which its programs get the token; to be disposed when the turn is over. */
  lend(place: TurnPlace, sandbox: WrapFunction): { readonly sandbox: WrapFunction } & Disposable {
    const { credentials, redactor, agents, network } = this.#deps;
    const { agent, task_id } = place.by;
    const { url } = this;
    if (url === undefined || !network || !task_id || !agents.includes(agent))
      return { sandbox, [Symbol.dispose]: () => {} };
    const lent = credentials.lend(place.scope.turn_id, `agent:${agent}`);
    redactor.register("task-token", lent.token);
    const env = { HARNESS_TASK_TOKEN: lent.token, HARNESS_TASK_URL: url };
    return {
      // Where agents reach listed hosts only, this server is one of them.
      sandbox: (spec) =>
        sandbox(
          spec.network
            ? { ...spec, env: { ...spec.env, ...env }, hosts: [...(spec.hosts ?? []), new URL(url).host] }
            : spec,
        ),
      [Symbol.dispose]: () => lent[Symbol.dispose](),
    };
  }
}
