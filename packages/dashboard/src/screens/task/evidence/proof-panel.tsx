import type { Proof, TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { useRead } from "../../../live/index.ts";
import { Badge, CopyText, Loaded, Panel, PlainText } from "../../../ui/index.ts";

/** The proof of work that has ended: what anybody can check again. */
export function ProofPanel({ task }: { readonly task: TaskDetail }): ReactNode {
  const read = useRead("task/proof", { task_id: task.id });
  return (
    <Panel title="Proof">
      <Loaded read={read} what="the proof">
        {(proof) => <ProofFacts proof={proof} />}
      </Loaded>
    </Panel>
  );
}

/** Signals that stand in a line of their own already. */
const told: readonly string[] = ["grade", "validation", "review"];

function ProofFacts({ proof }: { readonly proof: Proof }): ReactNode {
  const { ci_status, review_outcome, review_rounds, commit, branch, grade, accepted } = proof;
  const signals = proof.quality_signals.filter(({ name }) => !told.includes(name));
  return (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-1 lg:grid-cols-[auto_minmax(0,1fr)_auto_minmax(0,1fr)] [&_dt]:text-muted">
      <dt>Checks on the commit</dt>
      <dd>
        <Badge tone={ci_status === "passed" ? "working" : ci_status === "failed" ? "broken" : "plain"}>
          {ci_status}
        </Badge>
      </dd>
      <dt>Review</dt>
      <dd>
        {review_outcome.replaceAll("_", " ")}
        {review_rounds > 0 && ` after ${review_rounds} ${review_rounds === 1 ? "round" : "rounds"}`}
      </dd>
      {commit !== null && (
        <>
          <dt>Commit</dt>
          <dd>
            <CopyText text={commit} shown={commit.slice(0, 12)} />
          </dd>
        </>
      )}
      {branch !== null && (
        <>
          <dt>Branch</dt>
          <dd>
            <CopyText text={branch} />
          </dd>
        </>
      )}
      <dt>Accepted without proof</dt>
      <dd>{accepted.length === 0 ? "nothing" : accepted.join(", ").replaceAll("_", " ")}</dd>
      <dt>Grade</dt>
      <dd>
        {grade?.letter ?? "none yet"}
        {grade !== null && (
          <details className="mt-1">
            <summary className="min-h-6 text-sm text-muted">how it is made</summary>
            <ul className="text-sm">
              {grade.parts.map(({ name, points, of, why }) => (
                <li key={name}>
                  {name}: {points} of {of}. <PlainText text={why} />
                </li>
              ))}
            </ul>
          </details>
        )}
      </dd>
      {signals.map(({ name, value }) => (
        <div key={name} className="contents">
          <dt>{name.replaceAll("_", " ")}</dt>
          <dd>
            <PlainText text={value === null ? "unknown" : String(value)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
