import type { TaskDetail } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { Badge, CopyText, Elapsed, Empty, Panel, PlainText, Time, type Tone } from "../../../ui/index.ts";
import { Compare } from "./compare.tsx";
import { Rating } from "./rating.tsx";
import { StageList } from "./stage-list.tsx";
import { type AttemptSummary, summaries } from "./summary.ts";

/** The attempts at a task with how each ended, two of them side by side, and what people think of the result. */
export function AttemptsView({ task }: { readonly task: TaskDetail }): ReactNode {
  const all = summaries(task);
  return (
    <div className="flex flex-col gap-4">
      <Rating task={task} />
      {all.length === 0 && <Empty title="No attempt yet">It waits in the queue for its first.</Empty>}
      {all.length > 1 && <Compare task={task} all={all} />}
      {all.map((summary, index) => (
        <AttemptPanel key={summary.attempt.id} summary={summary} open={index === 0} />
      ))}
    </div>
  );
}

const tones: Readonly<Record<AttemptSummary["attempt"]["status"], Tone>> = {
  running: "working",
  succeeded: "done",
  failed: "broken",
  crashed: "broken",
  cancelled: "plain",
  superseded: "plain",
};

interface AttemptPanelProps {
  readonly summary: AttemptSummary;
  readonly open: boolean;
}

function AttemptPanel({ summary: { attempt, stages, lines }, open }: AttemptPanelProps): ReactNode {
  const [shown, setShown] = useState(open);
  const { number, status, reason, fence, workspace, sandbox, started_at, ended_at } = attempt;
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2">
          Attempt {number} <Badge tone={tones[status]}>{status}</Badge>
        </span>
      }
      actions={
        <span className="text-sm text-muted">
          began <Time at={started_at} />, took <Elapsed from={started_at} to={ended_at} />
        </span>
      }
    >
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 [&_dt]:text-muted">
        {reason !== null && (
          <>
            <dt>Why</dt>
            <dd className="[overflow-wrap:anywhere]">
              <PlainText text={reason} />
            </dd>
          </>
        )}
        <dt>Fence</dt>
        <dd>{fence}</dd>
        <dt>Workspace</dt>
        <dd className="min-w-0">{workspace === null ? "none" : <CopyText text={workspace} />}</dd>
        <dt>Sandbox</dt>
        <dd>
          {sandbox === null
            ? "not known yet"
            : `${sandbox.profile}, ${sandbox.driver === "none" ? "not confined" : `by ${sandbox.driver}`}, network ${sandbox.network}`}
        </dd>
        {lines
          .filter(([name]) => ["Turns", "Cost", "Checks", "Review"].includes(name))
          .map(([name, value]) => (
            <div key={name} className="contents">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <button
        type="button"
        aria-expanded={shown}
        onClick={() => setShown(!shown)}
        className="mt-2 min-h-6 rounded text-sm text-muted hover:text-ink pointer-coarse:min-h-11"
      >
        {shown ? "Hide its stages" : `Show its ${stages.length} stages`}
      </button>
      {shown && <StageList stages={stages} />}
    </Panel>
  );
}
