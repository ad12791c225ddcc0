import { type AgentState, HarnessError } from "@harness/protocol";
import { knownAccounts, presentAccount } from "../agents/index.ts";
import { wakeAccount } from "../orchestrator/index.ts";
import { runningTurns } from "../threads/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { refuseWhenDraining } from "./project-handlers.ts";

/** Agents and their accounts. */
export function agentHandlers(deps: OperationsDeps): Pick<Handlers, "agent/list" | "agent/resume"> {
  return {
    "agent/list": async ({ refresh }) => ({ agents: await agentStates(deps, refresh ?? false) }),
    "agent/resume": async ({ agent }, caller) => {
      refuseWhenDraining(deps);
      // Advice names the account: a login that several agents share has a name of its own.
      if (deps.agents.get(agent) === undefined && deps.agents.sharing(agent).length === 0)
        throw new HarnessError(
          "agent_not_found",
          `There is no agent ${agent}. \`harness agent list\` shows those there are.`,
          { field: "agent", got: agent },
        );
      const account = deps.agents.get(agent) === undefined ? agent : deps.agents.accountOf(agent);
      const queued = await deps.log.write((tx) => wakeAccount(tx, account, caller.actor));
      return { agent, account: { ...presentAccount(undefined), name: account }, queued };
    },
  };
}

/** Every agent of the registry as it was seen lately, or is seen now, with the state of its account and what it does. */
export async function agentStates(
  deps: Pick<OperationsDeps, "agents" | "storage">,
  refresh: boolean,
): Promise<AgentState[]> {
  const accounts = deps.agents.byAgent(await knownAccounts(deps.storage.reader));
  const running = await runningTurns(deps.storage.reader);
  return Promise.all(
    deps.agents.list().map(async (agent) => {
      const { installed, version, logged_in, models, problem, fix, executable, at } = await deps.agents.look(
        agent,
        { refresh },
      );
      return {
        name: agent.name,
        kind: agent.kind,
        installed,
        version,
        logged_in,
        models: [...models],
        problem: problem ?? null,
        fix: fix ?? null,
        executable: executable ?? null,
        probed_at: new Date(at).toISOString(),
        account: { ...presentAccount(accounts.get(agent.name)), name: deps.agents.accountOf(agent.name) },
        running: running.get(agent.name) ?? [],
      };
    }),
  );
}
