import type { AgentAccount, AgentState } from "@harness/protocol";
import { type CommandDefinition, operationCommand } from "../command.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";
import { told } from "../terminal/told.ts";
import { stamp } from "../terminal/words.ts";

const list = operationCommand("agent/list", {
  // A person who has just logged in or installed one wants to see it.
  prepare: async ({ params }) => ({ refresh: true, ...params }),
  show(result, { out }) {
    showAgents(result.agents, out);
    return undefined;
  },
});

const resume = operationCommand("agent/resume", {
  positionals: [{ param: "agent", doc: "Name of the agent", required: true }],
  notes: "Use it after a new login, or to try a used-up quota before its time.",
  show({ agent, queued }, { out }) {
    out.line(neutralLine(`${agent} is used again; ${queued} ${queued === 1 ? "task" : "tasks"} queued.`));
    return undefined;
  },
});

/** The commands about agents and their accounts. */
export const agentCommands: readonly CommandDefinition[] = [list, resume];

/** The agents as a table: what is installed, logged in, and in what state its account is. */
export function showAgents(agents: readonly AgentState[], out: Screen): void {
  out.table(agents, [
    {
      head: "agent",
      cell: (agent) => (out.isTerminal ? `${ready(agent) ? "✓" : "✗"} ${agent.name}` : agent.name),
      tone: (agent) => (ready(agent) ? "green" : "dim"),
    },
    { head: "kind", cell: ({ kind }) => kind },
    {
      head: "version",
      cell: ({ installed, version }) => (installed ? (version ?? "unknown") : "not installed"),
    },
    { head: "login", cell: loginText },
    {
      head: "account",
      cell: ({ account }) => accountText(account, out),
      tone: ({ account }) =>
        account.state === "ok" ? "dim" : account.state === "stopped" ? "red" : "yellow",
    },
    ...(out.isTerminal
      ? []
      : [
          {
            head: "problem",
            cell: (agent: AgentState) => Object.values(wrong(agent)).filter(Boolean).join(" → "),
          },
        ]),
  ]);
  if (!out.isTerminal) return;
  // Below the table, where nothing is cut: it is what helps.
  for (const agent of agents) {
    const { text, fix } = wrong(agent);
    if (text !== null)
      told(out, out.paint("yellow", neutralLine(agent.name)), text, fix === null ? [] : [fix]);
  }
}

/** What is wrong with an agent or its account, and what helps. */
function wrong({ problem, fix, account }: AgentState): { text: string | null; fix: string | null } {
  return problem === null ? { text: account.message, fix: account.fix } : { text: problem, fix };
}

/** The state of an account: `parked until 2026-01-02T03:30:00.000Z`, to the minute for a person. */
export function accountText({ state, since, until }: AgentAccount, out: Screen): string {
  const time = out.isTerminal ? stamp : String;
  if (until !== null) return `${state} until ${time(until)}`;
  return state === "ok" || since === null ? state : `${state} since ${time(since)}`;
}

function ready(agent: AgentState): boolean {
  return (
    agent.installed && agent.logged_in !== false && agent.problem === null && agent.account.state === "ok"
  );
}

function loginText({ installed, logged_in }: AgentState): string {
  if (!installed) return "";
  return logged_in === "unknown" ? "login unknown" : logged_in ? "logged in" : "not logged in";
}
