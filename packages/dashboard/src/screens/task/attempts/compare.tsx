import type { TaskDetail } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { Panel, Select, Table } from "../../../ui/index.ts";
import type { AttemptSummary } from "./summary.ts";

interface CompareProps {
  readonly task: TaskDetail;
  /** At least two, the newest first. */
  readonly all: readonly AttemptSummary[];
}

/** Two attempts side by side: what each brought, and the way to what changed between them. */
export function Compare({ task, all }: CompareProps): ReactNode {
  const [first, setFirst] = useState(1);
  const [second, setSecond] = useState(0);
  const one = all[first] ?? all[1]!;
  const other = all[second] ?? all[0]!;
  const reachesHead = one.commit !== null && other.commit === task.head_sha && one.commit !== other.commit;
  const choose = (label: string, value: number, set: (index: number) => void) => (
    <Select
      aria-label={label}
      className="w-auto"
      value={value}
      onChange={(event) => set(Number(event.target.value))}
    >
      {all.map(({ attempt }, index) => (
        <option key={attempt.id} value={index}>
          attempt {attempt.number}
        </option>
      ))}
    </Select>
  );
  return (
    <Panel
      title="Compare"
      actions={
        <span className="flex items-center gap-2">
          {choose("First attempt", first, setFirst)} with {choose("Second attempt", second, setSecond)}
        </span>
      }
    >
      <Table
        caption="Two attempts side by side"
        head={["What", `Attempt ${one.attempt.number}`, `Attempt ${other.attempt.number}`]}
      >
        {one.lines.map(([name, value], index) => {
          const [, there = ""] = other.lines[index] ?? [];
          return (
            <tr key={name} className={value === there ? "text-muted" : "font-medium"}>
              <th scope="row" className="leading-5!">
                {name}
              </th>
              <td>{value}</td>
              <td>{there}</td>
            </tr>
          );
        })}
      </Table>
      {reachesHead && (
        <Link
          to="/ui/tasks/$taskId"
          params={{ taskId: task.id }}
          search={{ tab: "changes", since: one.commit ?? undefined }}
          className="mt-2 inline-block text-accent underline"
        >
          Show what changed between them
        </Link>
      )}
    </Panel>
  );
}
