import type { AgentAccount, AgentState } from "@harness/protocol";
import { type CommandDefinition, operationCommand } from "../command.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";

const list = operationCommand("agent/list", {
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
      cell: ({ account }) => accountText(account),
      tone: ({ account }) =>
        account.state === "ok" ? "dim" : account.state === "stopped" ? "red" : "yellow",
    },
    {
      head: "problem",
      cell: ({ problem, fix, account }) =>
        [problem ?? account.message, problem === null ? account.fix : fix].filter(Boolean).join(" → "),
      elastic: true,
    },
  ]);
}

/** The state of an account: `parked until 2026-01-02T03:30:00.000Z`. */
export function accountText({ state, since, until }: AgentAccount): string {
  if (until !== null) return `${state} until ${until}`;
  return state === "ok" || since === null ? state : `${state} since ${since}`;
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
