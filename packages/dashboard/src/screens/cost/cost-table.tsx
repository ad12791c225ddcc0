import type { CostGroup, CostSum } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { useCommands } from "../../commands/index.ts";
import { useRead, useTaskTable } from "../../live/index.ts";
import {
  Button,
  count,
  csv,
  duration,
  Empty,
  Loaded,
  Panel,
  percent,
  saveText,
  Table,
  visibleText,
} from "../../ui/index.ts";
import { nightName, ordered, shareOf, type Total, totalOf } from "./cost-words.ts";
import { KnownCost } from "./known-cost.tsx";

/** Rows shown at once. */
const MOST = 500;

/** The cost added up by one thing, the dearest first, and as a file for other programs. */
export function CostTable({
  by,
  since,
}: {
  readonly by: CostGroup;
  readonly since: { readonly since?: string };
}): ReactNode {
  const read = useRead("cost/sum", { by, ...since, limit: MOST }, { keep: true });
  const sums = ordered(by, read.data?.data ?? []);
  const save = () => saveText(`harness-cost-by-${by}.csv`, asCsv(by, sums));
  useCommands(
    sums.length === 0
      ? []
      : [{ id: "cost-csv", title: "Export the cost as CSV", keys: "e", group: "Cost", run: save }],
  );
  return (
    <Panel
      title={`By ${by === "day" ? "night" : by}`}
      actions={
        <Button keys="e" title="Export what is shown" disabled={sums.length === 0} onClick={save}>
          <Download size={14} aria-hidden /> CSV
        </Button>
      }
    >
      <Loaded read={read} what="the cost">
        {({ data, page }) =>
          data.length === 0 ? (
            <Empty title="Nothing was used in this time" />
          ) : (
            <>
              <Rows by={by} sums={sums} />
              {page.has_more && (
                <p className="pt-2 text-muted">
                  {MOST} rows are shown; there are more. A shorter time has fewer.
                </p>
              )}
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Rows({ by, sums }: { readonly by: CostGroup; readonly sums: readonly CostSum[] }): ReactNode {
  const total = totalOf(sums);
  const share = total.cost_known_usd > 0 ? "Share of the known cost" : "Share of the tokens";
  return (
    <Table
      caption={`Cost by ${by}`}
      head={[by === "day" ? "Night" : by, "Cost", share, "Turns", "Input", "From a cache", "Output", "Time"]}
    >
      {sums.map((sum) => (
        <Row key={sum.key} by={by} sum={sum} total={total} />
      ))}
    </Table>
  );
}

function Row({
  by,
  sum,
  total,
}: {
  readonly by: CostGroup;
  readonly sum: CostSum;
  readonly total: Total;
}): ReactNode {
  const share = shareOf(sum, total);
  return (
    <tr>
      <td className="min-w-32 break-words">
        <Subject by={by} sum={sum} />
      </td>
      <td className="whitespace-nowrap">
        <KnownCost of={sum} />
      </td>
      <td className="min-w-28">
        <span className="flex items-center gap-2">
          <span aria-hidden className="h-2 flex-1 overflow-hidden rounded bg-sunken">
            <span className="block h-full bg-accent" style={{ width: `${share * 100}%` }} />
          </span>
          <span className="w-10 text-right">{percent(share)}</span>
        </span>
      </td>
      <td>{count(sum.turns)}</td>
      <td>{count(sum.input_tokens)}</td>
      <td>{count(sum.cached_tokens)}</td>
      <td>{count(sum.output_tokens)}</td>
      <td className="whitespace-nowrap">{duration(sum.wall_ms)}</td>
    </tr>
  );
}

/** What a row is about, with the way to it. */
function Subject({ by, sum }: { readonly by: CostGroup; readonly sum: CostSum }): ReactNode {
  const { tasks } = useTaskTable();
  const { key, name } = sum;
  if (key === null)
    return <span className="text-muted">{by === "task" ? "conversations of no task" : "not known"}</span>;
  if (by === "task")
    return (
      <Link to="/ui/tasks/$taskId" params={{ taskId: key }} className="hover:underline">
        {visibleText(tasks.get(key)?.title ?? key)}
      </Link>
    );
  if (by === "project")
    return (
      <Link to="/ui/projects/$projectId" params={{ projectId: key }} className="hover:underline">
        {visibleText(name ?? key)}
      </Link>
    );
  return by === "day" ? nightName(key) : visibleText(name ?? key);
}

/** The rows as they are shown, with whole figures. */
function asCsv(by: CostGroup, sums: readonly CostSum[]): string {
  return csv(
    [
      by === "day" ? "night" : by,
      "name",
      "cost_usd",
      "cost_known_usd",
      "unknown_turns",
      "turns",
      "input_tokens",
      "cached_tokens",
      "output_tokens",
      "wall_ms",
    ],
    sums.map((sum) => [
      sum.key ?? "",
      sum.name ?? "",
      sum.cost_usd,
      sum.cost_known_usd,
      sum.unknown_turns,
      sum.turns,
      sum.input_tokens,
      sum.cached_tokens,
      sum.output_tokens,
      sum.wall_ms,
    ]),
  );
}
