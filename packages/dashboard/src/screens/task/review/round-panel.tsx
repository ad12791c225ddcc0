import type { Finding, ReviewRound, TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { Badge, Markdown, Panel, PlainText, Time, type Tone } from "../../../ui/index.ts";
import { AgentName } from "../../../work/index.ts";
import { CommitMark, LineLink } from "../references/index.ts";
import { isBlocking, sortedFindings } from "./findings.ts";

/** Which findings a person takes over. */
interface Choice {
  readonly has: (finding: Finding) => boolean;
  readonly set: (finding: Finding, on: boolean) => void;
}

interface RoundPanelProps {
  readonly round: ReviewRound;
  readonly task: TaskDetail;
  /** null: an older round, whose findings are history. */
  readonly choice: Choice | null;
}

const tones: Readonly<Record<ReviewRound["verdict"], Tone>> = {
  approved: "working",
  changes_requested: "review",
  waiting: "plain",
};

/** One verdict with what it found, the worst first. */
export function RoundPanel({ round, task, choice }: RoundPanelProps): ReactNode {
  const findings = sortedFindings(round.findings);
  return (
    <Panel
      title={
        <span className="flex flex-wrap items-center gap-2">
          Round {round.round}
          <Badge tone={tones[round.verdict]}>{round.verdict.replaceAll("_", " ")}</Badge>
        </span>
      }
      actions={
        <span className="flex flex-wrap items-center gap-2 text-sm text-muted">
          by <AgentName agent={round.agent} model={round.model} />
          <Badge
            title={
              round.independent
                ? "Another agent or model than the one that did the work"
                : "The project allows the agent that did the work to review it"
            }
          >
            {round.independent ? "independent" : "not independent"}
          </Badge>
          <CommitMark commit={round.commit} head={task.head_sha} />
          <Time at={round.created_at} />
        </span>
      }
    >
      <Markdown text={round.summary} />
      {findings.length === 0 ? (
        <p className="mt-2 text-muted">No findings.</p>
      ) : (
        <ul className="mt-2 flex flex-col gap-2">
          {findings.map((finding, index) => (
            // A reviewer may say the same twice.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <li key={`${index} ${finding.title}`}>
              <FindingCard finding={finding} commit={round.commit} taskId={task.id} choice={choice} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

interface FindingCardProps {
  readonly finding: Finding;
  /** The commit that was reviewed. */
  readonly commit: string;
  readonly taskId: string;
  readonly choice: Choice | null;
}

function FindingCard({ finding, commit, taskId, choice }: FindingCardProps): ReactNode {
  const { file, line, severity, title, scenario } = finding;
  return (
    <article className="flex flex-col gap-1 rounded border p-2">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={isBlocking(finding) ? "broken" : "plain"}>
          {severity}
          {isBlocking(finding) ? ", blocking" : ""}
        </Badge>
        <h3 className="font-semibold">
          <PlainText text={title} />
        </h3>
        <LineLink taskId={taskId} file={file} line={line} commit={commit} />
        {choice !== null && (
          <label className="ml-auto flex min-h-6 items-center gap-1 text-sm text-muted pointer-coarse:min-h-11">
            <input
              type="checkbox"
              checked={choice.has(finding)}
              onChange={(event) => choice.set(finding, event.target.checked)}
            />
            take over
          </label>
        )}
      </div>
      <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">
        <PlainText text={scenario} />
      </p>
    </article>
  );
}
