import type { CostRow, CostSource } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useRead, useTaskTable } from "../../live/index.ts";
import {
  Badge,
  Button,
  count,
  Elapsed,
  Empty,
  Loaded,
  money,
  Panel,
  Table,
  Time,
  visibleText,
} from "../../ui/index.ts";
import { AgentName } from "../../work/index.ts";

/** Lines shown at first, and at most. */
const FEW = 20;
const MOST = 500;

const sources: Readonly<Record<CostSource | "unknown", { readonly word: string; readonly hint: string }>> = {
  vendor: { word: "by the vendor", hint: "The vendor said what it cost" },
  price_table: { word: "by your prices", hint: "Counted by the price table of the configuration" },
  none: { word: "nothing ran", hint: "No model was asked" },
  unknown: { word: "unknown", hint: "Neither the vendor nor the price table says it" },
};

/** The ledger line by line, newest first, with the way to each turn. */
export function NewestTurns({ since }: { readonly since: { readonly since?: string } }): ReactNode {
  const [limit, setLimit] = useState(FEW);
  const read = useRead("cost/list", { ...since, limit }, { keep: true });
  return (
    <Panel title="Newest turns">
      <Loaded read={read} what="the newest turns">
        {({ data, page }) =>
          data.length === 0 ? (
            <Empty title="No turn yet in this time" />
          ) : (
            <>
              <Table
                caption="Turns, newest first"
                head={["Turn", "Agent", "Stage", "Input", "Output", "Cost", "Said", "Took"]}
              >
                {data.map((row) => (
                  <Row key={`${row.turn_id} ${row.day} ${row.calendar_day}`} row={row} />
                ))}
              </Table>
              {data.some(({ cost_source }) => cost_source === null) && (
                <p className="pt-2 text-sm text-muted">
                  Write what a model costs under <code className="font-mono">[prices."MODEL"]</code> in the
                  configuration: turns that begin then are counted by it.
                </p>
              )}
              {page.has_more && limit < MOST && (
                <Button
                  className="mt-2"
                  busy={read.isFetching}
                  onClick={() => setLimit(Math.min(MOST, limit * 5))}
                >
                  Show more
                </Button>
              )}
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Row({ row }: { readonly row: CostRow }): ReactNode {
  const tokens = (n: number | null) => (n === null ? "unknown" : count(n));
  const { word, hint } = sources[row.cost_source ?? "unknown"];
  return (
    <tr>
      <td className="min-w-44">
        <TurnLink row={row} />
        <span className="block text-sm text-muted">
          <Time at={row.started_at} />
          {row.cut_short && " · cut short, may have used more"}
        </span>
      </td>
      <td>
        <AgentName agent={row.agent} model={row.model} />
        <span className="block text-sm text-muted">{row.role}</span>
      </td>
      <td>{row.stage ?? "–"}</td>
      <td>{tokens(row.input_tokens)}</td>
      <td>{tokens(row.output_tokens)}</td>
      <td className="whitespace-nowrap">{row.cost_usd === null ? "unknown" : money(row.cost_usd)}</td>
      <td>
        <Badge title={hint}>{word}</Badge>
      </td>
      <td className="whitespace-nowrap">
        <Elapsed from={row.started_at} to={row.ended_at} />
      </td>
    </tr>
  );
}

function TurnLink({ row: { task_id, thread_id, turn_id } }: { readonly row: CostRow }): ReactNode {
  const { tasks } = useTaskTable();
  const look = "font-medium break-words hover:underline";
  if (task_id === null)
    return (
      <Link
        to="/ui/conversations/$threadId"
        params={{ threadId: thread_id }}
        search={{ turn: turn_id }}
        className={look}
      >
        Conversation
      </Link>
    );
  return (
    <Link
      to="/ui/tasks/$taskId"
      params={{ taskId: task_id }}
      search={{ tab: "conversation", turn: turn_id }}
      className={look}
    >
      {visibleText(tasks.get(task_id)?.title ?? task_id)}
    </Link>
  );
}
