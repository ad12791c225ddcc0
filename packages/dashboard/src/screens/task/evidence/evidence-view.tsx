import type { Evidence, TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { Empty, Panel, Time } from "../../../ui/index.ts";
import { isOver } from "../../../work/index.ts";
import { CommitMark } from "../references/index.ts";
import { Claims } from "./claims.tsx";
import { EvidenceRun } from "./evidence-run.tsx";
import { ProofPanel } from "./proof-panel.tsx";

/** What Harness itself ran on the work, apart from what agents say of it. */
export function EvidenceView({ task }: { readonly task: TaskDetail }): ReactNode {
  const rounds = roundsOf(task);
  return (
    <div className="flex flex-col gap-4">
      {isOver(task) && <ProofPanel task={task} />}
      {rounds.length === 0 && (
        <Empty title="Nothing was run yet">
          Harness runs the project's commands on a clean checkout after each snapshot.
        </Empty>
      )}
      {rounds.map(({ attempt, round, runs }, index) => (
        <Panel
          key={`${attempt} ${round}`}
          title={`Attempt ${attempt}, round ${round}`}
          actions={
            <span className="flex flex-wrap items-center gap-2 text-sm text-muted">
              <CommitMark commit={runs[0]!.commit} head={task.head_sha} />
              <Time at={runs[0]!.created_at} />
            </span>
          }
        >
          <ul className="flex flex-col gap-3">
            {runs.map((run) => (
              <li key={run.id}>
                <EvidenceRun run={run} where={`attempt ${attempt}, round ${round}`} newest={index === 0} />
              </li>
            ))}
          </ul>
        </Panel>
      ))}
      <Claims task={task} />
    </div>
  );
}

interface Round {
  readonly attempt: number;
  readonly round: number;
  readonly runs: readonly [Evidence, ...Evidence[]];
}

/** The runs by attempt and round, the newest first. */
function roundsOf({ attempt_history, evidence_history }: TaskDetail): Round[] {
  const numbers = new Map(attempt_history.map(({ id, number }) => [id, number]));
  const rounds = Map.groupBy(evidence_history, ({ attempt_id, round }) => `${attempt_id} ${round}`);
  return [...rounds.values()].reverse().map((runs) => {
    const [first, ...rest] = runs as [Evidence, ...Evidence[]];
    return { attempt: numbers.get(first.attempt_id) ?? 0, round: first.round, runs: [first, ...rest] };
  });
}
