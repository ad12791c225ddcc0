import type { Params } from "@harness/protocol";
import { type ReactNode, useState } from "react";
import { useRead } from "../../../live/index.ts";
import { count, duration, Loaded, money, Panel, PlainText, Select, Table } from "../../../ui/index.ts";

type By = NonNullable<Params<"cost/sum">["by"]>;
const groups = ["stage", "role", "model", "agent", "account", "day"] as const satisfies readonly By[];

/** The turns of a task added up by one thing. */
export function CostSums({ taskId }: { readonly taskId: string }): ReactNode {
  const [by, setBy] = useState<(typeof groups)[number]>("stage");
  const read = useRead("cost/sum", { by, task_id: taskId, limit: 100 }, { keep: true });
  return (
    <Panel
      title="Added up"
      actions={
        <Select
          aria-label="Added up by"
          className="w-auto"
          value={by}
          onChange={(event) => setBy(groups.find((group) => group === event.target.value) ?? "stage")}
        >
          {groups.map((group) => (
            <option key={group} value={group}>
              by {group}
            </option>
          ))}
        </Select>
      }
    >
      <Loaded read={read} what="the sums">
        {({ data }) =>
          data.length === 0 ? (
            <p className="text-muted">No turn has used anything yet.</p>
          ) : (
            <Table
              caption={`Cost by ${by}`}
              head={[by, "Turns", "Cost", "Input", "Cached", "Output", "Time"]}
            >
              {data.map((sum) => (
                <tr key={sum.key ?? ""}>
                  <th scope="row" className="leading-5!">
                    <PlainText text={sum.name ?? sum.key ?? "unknown"} />
                  </th>
                  <td>{sum.turns}</td>
                  <td>
                    <SumOfMoney {...sum} />
                  </td>
                  <td>{count(sum.input_tokens)}</td>
                  <td>{count(sum.cached_tokens)}</td>
                  <td>{count(sum.output_tokens)}</td>
                  <td>{duration(sum.wall_ms)}</td>
                </tr>
              ))}
            </Table>
          )
        }
      </Loaded>
    </Panel>
  );
}

interface SumOfMoneyProps {
  readonly cost_usd: number | null;
  readonly cost_known_usd: number;
  readonly unknown_turns: number;
}

/** A sum that is not known whole says what of it is. */
function SumOfMoney({ cost_usd, cost_known_usd, unknown_turns }: SumOfMoneyProps): ReactNode {
  if (cost_usd !== null) return money(cost_usd);
  const turns = `${unknown_turns === 1 ? "1 turn" : `${unknown_turns} turns`} nobody knows`;
  return (
    <>
      unknown{" "}
      <span className="text-muted">
        ({cost_known_usd === 0 ? turns : `${money(cost_known_usd)} and ${turns}`})
      </span>
    </>
  );
}
