import type { Stage } from "@harness/protocol";
import type { ReactNode } from "react";
import { Badge, Elapsed, PlainText, Table, Time } from "../../../ui/index.ts";

/** The stages of one attempt in order, with how each ended and why. */
export function StageList({ stages }: { readonly stages: readonly Stage[] }): ReactNode {
  if (stages.length === 0) return <p className="text-muted">No stage has begun.</p>;
  return (
    <Table caption="Stages" head={["Stage", "Round", "Outcome", "Took", "Began", "Detail"]}>
      {stages.map(({ stage, round, outcome, detail, started_at, ended_at }) => (
        <tr key={`${stage} ${round} ${started_at}`}>
          <th scope="row" className="leading-5!">
            {stage}
          </th>
          <td>{round}</td>
          <td>
            <Outcome outcome={outcome} />
          </td>
          <td className="whitespace-nowrap">
            <Elapsed from={started_at} to={ended_at} />
          </td>
          <td className="whitespace-nowrap">
            <Time at={started_at} />
          </td>
          <td className="min-w-48 [overflow-wrap:anywhere]">
            {detail !== null && <PlainText text={detail} />}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Outcome({ outcome }: Pick<Stage, "outcome">): ReactNode {
  if (outcome === null) return <Badge tone="working">runs</Badge>;
  return <Badge tone={outcome === "failed" || outcome === "crashed" ? "broken" : "plain"}>{outcome}</Badge>;
}
