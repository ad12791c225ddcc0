import type { CostRow } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { useRead } from "../../../live/index.ts";
import {
  Badge,
  Button,
  CopyText,
  count,
  Elapsed,
  Loaded,
  money,
  Panel,
  Table,
  Time,
} from "../../../ui/index.ts";
import { AgentName } from "../../../work/index.ts";

const PAGE = 50;
/** The most the server answers at once. */
const MOST = 500;

const sources = {
  vendor: "said by the vendor",
  price_table: "by the price table",
  none: "nothing ran",
} as const;

/** The turns of a task with what each used, the newest first. */
export function CostTurns({ taskId }: { readonly taskId: string }): ReactNode {
  const [limit, setLimit] = useState(PAGE);
  const read = useRead("cost/list", { task_id: taskId, limit }, { keep: true });
  return (
    <Panel title="Turns">
      <Loaded read={read} what="the turns">
        {({ data, page }) =>
          data.length === 0 ? (
            <p className="text-muted">No turn yet.</p>
          ) : (
            <>
              <Table
                caption="Cost by turn"
                head={["Turn", "Stage", "Agent", "Cost", "Input", "Cached", "Output", "Took", "Began"]}
              >
                {data.map((row) => (
                  <TurnRow key={`${row.turn_id} ${row.day}`} row={row} />
                ))}
              </Table>
              {page.has_more && limit < MOST && (
                <Button className="mt-2" busy={read.isPlaceholderData} onClick={() => setLimit(MOST)}>
                  Show more turns
                </Button>
              )}
              {page.has_more && limit === MOST && (
                <p className="mt-2 text-muted">The newest {MOST} turns are shown.</p>
              )}
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

function TurnRow({ row }: { readonly row: CostRow }): ReactNode {
  return (
    <tr>
      <td>
        <CopyText text={row.turn_id} shown={`…${row.turn_id.slice(-6)}`} />
      </td>
      <td>
        {row.stage ?? row.role} {row.cut_short && <CutShort />}
      </td>
      <td>
        <AgentName agent={row.agent} model={row.model} />
      </td>
      <td className="whitespace-nowrap">
        {row.cost_usd === null ? "unknown" : money(row.cost_usd)}
        {row.cost_source !== null && <span className="text-muted"> {sources[row.cost_source]}</span>}
      </td>
      <td>{tokens(row.input_tokens)}</td>
      <td>{tokens(row.cached_tokens)}</td>
      <td>{tokens(row.output_tokens)}</td>
      <td className="whitespace-nowrap">
        <Elapsed from={row.started_at} to={row.ended_at} />
      </td>
      <td className="whitespace-nowrap">
        <Time at={row.started_at} />
      </td>
    </tr>
  );
}

function CutShort(): ReactNode {
  return <Badge title="Its process died: it may have used more than stands here">cut short</Badge>;
}

function tokens(n: number | null): string {
  return n === null ? "unknown" : count(n);
}
