import type { TaskDetail } from "@harness/protocol";
import type { ReactNode } from "react";
import { Panel, percent, Table } from "../../../ui/index.ts";
import { CostSums } from "./cost-sums.tsx";
import { CostTurns } from "./cost-turns.tsx";
import { limitLines } from "./limits.ts";

/** What a task used: against its limits, added up, and turn by turn. */
export function CostView({ task }: { readonly task: TaskDetail }): ReactNode {
  return (
    <div className="flex flex-col gap-4">
      <LimitsPanel task={task} />
      <CostSums taskId={task.id} />
      <CostTurns taskId={task.id} />
    </div>
  );
}

function LimitsPanel({ task }: { readonly task: TaskDetail }): ReactNode {
  const { no_progress_turns, same_failure_times } = task.limits;
  return (
    <Panel title="Limits">
      <Table caption="What was used against each limit" head={["What", "Used", "Limit", "Left", "Share"]}>
        {limitLines(task).map(({ name, used, limit, left, share }) => (
          <tr key={name}>
            <th scope="row" className="leading-5!">
              {name}
            </th>
            <td>{used}</td>
            <td>{limit ?? <span className="text-muted">none</span>}</td>
            <td>{left ?? <span className="text-muted">{limit === null ? "no limit" : "unknown"}</span>}</td>
            <td>{share !== null && <Share share={share} />}</td>
          </tr>
        ))}
      </Table>
      <p className="mt-2 text-sm text-muted">
        An attempt also ends after {no_progress_turns} turns without progress, or when the same check fails
        the same way {same_failure_times} times.
      </p>
    </Panel>
  );
}

function Share({ share }: { readonly share: number }): ReactNode {
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <span aria-hidden className="h-2 w-20 overflow-hidden rounded bg-sunken">
        <span className="block h-full bg-accent" style={{ width: percent(share).replace(" ", "") }} />
      </span>
      {percent(share)}
    </span>
  );
}
