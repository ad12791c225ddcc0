import { type Clock, HarnessError, systemClock } from "@harness/protocol";
import { DeterministicAgent } from "./deterministic/deterministic-agent.ts";
import type { Agent, AgentProbe } from "./port.ts";

/** A probe starts a program or two; a good answer is believed this long (milliseconds). */
const BELIEVED_MS = 60_000;
/** A bad one is believed this long by whoever only shows it, and never by whoever needs the agent. */
const SHOWN_MS = 10_000;

/** What was seen of an agent, and when (epoch milliseconds). */
export interface Seen extends AgentProbe {
  readonly usable: boolean;
  readonly at: number;
}

/** Whether an agent that was found like this can do a turn. A login nobody can look into is tried. */
export function isUsable(probe: {
  readonly installed: boolean;
  readonly logged_in: boolean | "unknown";
  readonly problem?: string | null;
}): boolean {
  return probe.installed && probe.logged_in !== false && (probe.problem ?? null) === null;
}

/** The agents of this server by name, in the operator's order of preference. */
export class AgentRegistry {
  readonly #agents: ReadonlyMap<string, Agent>;
  readonly #clock: Clock;
  readonly #accounts: ReadonlyMap<string, string>;
  readonly #seen = new Map<string, Seen>();
  /** Those that are looked at now: whoever asks meanwhile is told the same. */
  readonly #looking = new Map<string, Promise<Seen>>();

  /**
   * Agents in order of preference, and the accounts of those that have none of their own. Two with one name are a broken
   * configuration and throw `config_invalid`.
   */
  constructor(
    agents: readonly Agent[],
    clock: Clock = systemClock,
    accounts: ReadonlyMap<string, string> = new Map(),
  ) {
    this.#clock = clock;
    this.#accounts = accounts;
    const byName = new Map<string, Agent>();
    for (const agent of agents) {
      if (byName.has(agent.name))
        throw new HarnessError("config_invalid", `Two agents are called "${agent.name}". Rename one.`);
      byName.set(agent.name, agent);
    }
    this.#agents = byName;
  }

  get(name: string): Agent | undefined {
    return this.#agents.get(name);
  }

  /** The account an agent uses: its login with its provider, which others may share. */
  accountOf(name: string): string {
    return this.#accounts.get(name) ?? name;
  }

  /** The agents that use an account. */
  sharing(account: string): readonly Agent[] {
    return this.list().filter(({ name }) => this.accountOf(name) === account);
  }

  /** What is known of their accounts, by agent. */
  byAgent<T>(accounts: ReadonlyMap<string, T>): Map<string, T> {
    return new Map(
      this.list().flatMap(({ name }) => {
        const account = accounts.get(this.accountOf(name));
        return account === undefined ? [] : [[name, account] as const];
      }),
    );
  }

  /** The one that needs no model; nobody picks it but a strategy, or a person by its name. */
  get deterministic(): DeterministicAgent | undefined {
    return this.list().find((agent) => agent instanceof DeterministicAgent);
  }

  /** Those that can be picked: all but the scripted ones. */
  list(): readonly Agent[] {
    return [...this.#agents.values()].filter(({ kind }) => kind !== "scripted");
  }

  /** Those that play the example by a script; a person names them, and nobody else. */
  get scripted(): readonly Agent[] {
    return [...this.#agents.values()].filter(({ kind }) => kind === "scripted");
  }

  /**
   * Whether an agent can be used now, and its models. A person who just logged in is seen at once; one who logged out
   * is seen by the turn that fails, or within a minute.
   */
  async check(agent: Agent): Promise<Seen> {
    const known = this.#seen.get(agent.name);
    return known?.usable && this.#isFresh(known, BELIEVED_MS) ? known : this.#probe(agent);
  }

  /** What was seen of an agent lately, for whoever only shows it; it is looked at again when that is old or asked for. */
  async look(agent: Agent, { refresh = false } = {}): Promise<Seen> {
    const known = this.#seen.get(agent.name);
    const stands = known && this.#isFresh(known, known.usable ? BELIEVED_MS : SHOWN_MS);
    if (stands && !refresh) return known;
    const looking = this.#looking.get(agent.name) ?? this.#probe(agent);
    this.#looking.set(agent.name, looking);
    return looking.finally(() => this.#looking.delete(agent.name));
  }

  #isFresh({ at }: Seen, ms: number): boolean {
    return at + ms > this.#clock.now();
  }

  async #probe(agent: Agent): Promise<Seen> {
    const probe = await agent.probe();
    const seen = { ...probe, usable: isUsable(probe), at: this.#clock.now() };
    this.#seen.set(agent.name, seen);
    return seen;
  }

  /** The first agent with a model that can be used, among those that are allowed. */
  async pickAuto(allowed: (name: string) => boolean = () => true): Promise<Agent | undefined> {
    for (const agent of this.list()) {
      if (agent.kind !== "deterministic" && allowed(agent.name) && (await this.check(agent)).usable)
        return agent;
    }
    return undefined;
  }
}
