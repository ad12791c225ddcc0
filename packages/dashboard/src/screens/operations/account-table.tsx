import type { AgentState } from "@harness/protocol";
import type { ReactNode } from "react";
import { useRead } from "../../live/index.ts";
import {
  Badge,
  CopyText,
  Empty,
  Loaded,
  Panel,
  Table,
  Time,
  type Tone,
  visibleText,
} from "../../ui/index.ts";

const states: Readonly<
  Record<AgentState["account"]["state"], { readonly word: string; readonly tone: Tone }>
> = {
  ok: { word: "usable", tone: "working" },
  parked: { word: "parked", tone: "review" },
  probing: { word: "one turn tries it", tone: "review" },
  stopped: { word: "stopped, log in", tone: "answer" },
};

/** Each account with its provider: whether it may be used, and when its limit ends. */
export function AccountTable(): ReactNode {
  const read = useRead("agent/list", {});
  return (
    <Panel title="Accounts and rate limits">
      <Loaded read={read} what="the accounts">
        {({ agents }) =>
          agents.length === 0 ? (
            <Empty title="There is no agent" />
          ) : (
            <Table caption="Accounts" head={["Account", "Agents", "State", "Since", "Reset", "Runs", "Why"]}>
              {byAccount(agents).map(({ name, agents: some }) => (
                <Row key={name} name={name} agents={some} />
              ))}
            </Table>
          )
        }
      </Loaded>
    </Panel>
  );
}

interface Account {
  readonly name: string;
  readonly agents: readonly [AgentState, ...AgentState[]];
}

/** Agents that share an account share its limit. */
function byAccount(agents: readonly AgentState[]): Account[] {
  const accounts = new Map<string, [AgentState, ...AgentState[]]>();
  for (const agent of agents) {
    const name = agent.account.name ?? agent.name;
    const known = accounts.get(name);
    if (known) known.push(agent);
    else accounts.set(name, [agent]);
  }
  return [...accounts].map(([name, some]) => ({ name, agents: some }));
}

function Row({ name, agents }: Account): ReactNode {
  const { account } = agents[0];
  const { word, tone } = states[account.state];
  return (
    <tr>
      <td>{name}</td>
      <td>{agents.map((agent) => agent.name).join(", ")}</td>
      <td>
        <Badge tone={tone}>{word}</Badge>
      </td>
      <td className="whitespace-nowrap">{account.since === null ? "–" : <Time at={account.since} />}</td>
      <td className="whitespace-nowrap">{account.until === null ? "–" : <Time at={account.until} />}</td>
      <td>{agents.reduce((sum, { running }) => sum + running.length, 0)}</td>
      <td className="min-w-40 break-words">
        {account.message === null ? "–" : visibleText(account.message)}
        {account.fix !== null && (
          <span className="block text-sm">
            <CopyText text={visibleText(account.fix)} />
          </span>
        )}
      </td>
    </tr>
  );
}
