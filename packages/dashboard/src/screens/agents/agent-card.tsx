import type { AgentState } from "@harness/protocol";
import { type ReactNode, useId } from "react";
import { Badge, CopyText, Dot, Time, visibleText } from "../../ui/index.ts";
import { AccountNotice } from "./account-notice.tsx";
import { agentStanding } from "./agent-words.ts";
import { RunningTurns } from "./running-turns.tsx";

interface AgentCardProps {
  readonly agent: AgentState;
  /** Other agents that use the same account. */
  readonly shares: readonly string[];
}

/** One agent: whether it can work, how its account stands, and what it does now. */
export function AgentCard({ agent, shares }: AgentCardProps): ReactNode {
  const id = useId();
  const { word, tone } = agentStanding(agent);
  return (
    <article aria-labelledby={id} className="flex min-w-0 flex-col gap-2 rounded-lg border bg-raised p-3">
      <header className="flex flex-wrap items-center gap-2">
        <h2 id={id} className="text-lg font-semibold">
          {visibleText(agent.name)}
        </h2>
        <span role="status">
          <Badge tone={tone}>
            <Dot tone={tone} /> {word}
          </Badge>
        </span>
        <span className="ml-auto text-sm text-muted">
          looked <Time at={agent.probed_at} />
        </span>
      </header>
      {agent.problem !== null && (
        <div className="rounded bg-sunken p-2 break-words">
          <p>{visibleText(agent.problem)}</p>
          {agent.fix !== null && <p className="text-muted">{visibleText(agent.fix)}</p>}
        </div>
      )}
      <AccountNotice agent={agent} />
      <Facts agent={agent} shares={shares} />
      <RunningTurns turns={agent.running} />
    </article>
  );
}

function Facts({ agent, shares }: AgentCardProps): ReactNode {
  const { kind, installed, version, executable, logged_in, models, account } = agent;
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 [&_dd]:min-w-0 [&_dd]:break-words [&_dt]:text-muted">
      <dt>Program</dt>
      <dd>
        {installed ? "installed" : "not installed"}
        {version !== null && <>, version {visibleText(version)}</>}
        {kind !== agent.name && <span className="text-muted"> ({visibleText(kind)})</span>}
      </dd>
      {executable !== null && (
        <>
          <dt>Found at</dt>
          <dd>
            <CopyText text={executable} shown={visibleText(executable)} />
          </dd>
        </>
      )}
      <dt>Logged in</dt>
      <dd>{logged_in === "unknown" ? "not known before it is used" : logged_in ? "yes" : "no"}</dd>
      {shares.length > 0 && account.name !== undefined && (
        <>
          <dt>Account</dt>
          <dd>
            {visibleText(account.name)}, shared with {shares.map(visibleText).join(", ")}
          </dd>
        </>
      )}
      <dt>Models</dt>
      <dd>{models.length === 0 ? "its own choice" : models.map(visibleText).join(", ")}</dd>
    </dl>
  );
}
