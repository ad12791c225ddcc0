import { HarnessError } from "@harness/protocol";
import type { Agent } from "./port.ts";

/** The agents of this server by name, in the operator's order of preference. */
export class AgentRegistry {
  readonly #agents: ReadonlyMap<string, Agent>;

  /** Agents in order of preference. Two with one name are a broken configuration and throw `config_invalid`. */
  constructor(agents: readonly Agent[]) {
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

  list(): readonly Agent[] {
    return [...this.#agents.values()];
  }

  /** The first agent that is installed and not known to be logged out, skipping the one called `exclude`. */
  async pickAuto(exclude?: string): Promise<Agent | undefined> {
    for (const agent of this.#agents.values()) {
      if (agent.name === exclude) continue;
      const probe = await agent.probe();
      if (probe.installed && probe.logged_in !== false && probe.problem === undefined) return agent;
    }
    return undefined;
  }
}
