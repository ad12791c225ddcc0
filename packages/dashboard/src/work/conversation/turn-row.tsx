import type { Turn } from "@harness/protocol";
import type { ReactNode } from "react";
import { Badge, CopyText, Dot, Elapsed, PlainText, type Tone } from "../../ui/index.ts";
import { AgentName, UsageText } from "../marks.tsx";

const tones: Readonly<Record<Turn["status"], Tone>> = {
  running: "working",
  waiting: "answer",
  completed: "done",
  cancelled: "plain",
  failed: "broken",
};

/** The beginning of a turn: who, in which round, how it stands, how long and how much. */
export function TurnRow({
  turn,
  number,
  actions,
}: {
  readonly turn: Turn;
  readonly number: number;
  readonly actions?: ReactNode;
}): ReactNode {
  const { role, round, agent, model, status, started_at, ended_at, usage, commit, rolled_back, strategy } =
    turn;
  return (
    <div
      className={`flex flex-wrap items-center gap-x-2 gap-y-1 text-sm ${number > 1 ? "border-t pt-2" : ""}`}
    >
      <h2 className="font-semibold">Turn {number}</h2>
      <Badge tone={tones[status]}>
        <Dot tone={tones[status]} /> {status}
      </Badge>
      {rolled_back && <Badge title="The conversation went back to before it">rolled back</Badge>}
      {role !== "chat" && (
        <span className="text-muted">
          {role}
          {round > 1 && `, round ${round}`}
        </span>
      )}
      <AgentName agent={agent} model={model} />
      {strategy !== null && !strategy.asks_model && (
        <Badge title={strategy.reason}>answered without a model</Badge>
      )}
      <span className="text-muted">
        <Elapsed from={started_at} to={ended_at} />
      </span>
      {usage !== null && <UsageText usage={usage} open={ended_at === null} />}
      {commit !== null && <CopyText text={commit} shown={commit.slice(0, 8)} />}
      <span className="ml-auto flex gap-1">{actions}</span>
    </div>
  );
}

/** A turn that did not end well, and why. */
export function TurnEnd({ turn: { status, failure } }: { readonly turn: Turn }): ReactNode {
  if (failure === null)
    return <p className="text-sm text-muted">{status === "cancelled" ? "Stopped." : "Failed."}</p>;
  return (
    <p
      className={`rounded px-2 py-1 break-words ${status === "failed" ? "bg-broken-soft text-broken" : "bg-sunken text-muted"}`}
    >
      <PlainText text={failure.message} /> <code className="font-mono text-xs">({failure.code})</code>
    </p>
  );
}
