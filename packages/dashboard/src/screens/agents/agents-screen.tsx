import { RefreshCw } from "lucide-react";
import type { ReactNode } from "react";
import { useCommands } from "../../commands/index.ts";
import { useAct, useRead } from "../../live/index.ts";
import { Button, Empty, Loaded, Problem, Screen } from "../../ui/index.ts";
import { AgentCard } from "./agent-card.tsx";

/** How often what no event tells of is read again: a program that was installed meanwhile. */
const EVERY_MS = 60_000;

/** The agents of this server: whether each can work, what it may still use, and what it does now. */
export function AgentsScreen(): ReactNode {
  const read = useRead("agent/list", {}, { everyMs: EVERY_MS });
  const look = useAct("agent/list");
  const again = () => look.mutate({ refresh: true });
  useCommands([{ id: "agents-again", title: "Look at the agents again", group: "Agents", run: again }]);
  return (
    <Screen
      title="Agents"
      actions={
        <Button busy={look.isPending} onClick={again}>
          <RefreshCw size={14} aria-hidden /> Look again
        </Button>
      }
    >
      {look.error !== null && <Problem error={look.error} retry={again} />}
      <Loaded read={read} what="the agents">
        {({ agents }) =>
          agents.length === 0 ? (
            <Empty title="This server has no agent">
              <p>Name one in [agents] of its configuration.</p>
            </Empty>
          ) : (
            <ul className="grid items-start gap-3 lg:grid-cols-2">
              {agents.map((agent) => (
                <li key={agent.name}>
                  <AgentCard
                    agent={agent}
                    shares={agents
                      .filter(
                        ({ name, account }) => name !== agent.name && account.name === agent.account.name,
                      )
                      .map(({ name }) => name)}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Screen>
  );
}
