import type { SubmittedList } from "@harness/protocol";
import type { ReactNode } from "react";
import { Badge, money, Panel, Table, visibleText } from "../../ui/index.ts";
import { priorityWords } from "../../work/index.ts";

/** What would become of a list: what is wrong with it, or its tasks in the order of their starts. */
export function ListPreview({ list }: { readonly list: SubmittedList }): ReactNode {
  if (list.problems.length > 0) return <Problems list={list} />;
  const { totals, tasks } = list;
  const startOf = new Map(list.order.map((start) => [start.item, start]));
  const place = (item: number) => startOf.get(item)?.wave ?? Number.POSITIVE_INFINITY;
  return (
    <Panel title="What it would do">
      <div className="flex flex-col gap-3">
        <p role="status">
          {tasks.length === 1 ? "1 task" : `${tasks.length} tasks`} in{" "}
          {totals.projects === 1 ? "1 project" : `${totals.projects} projects`}, read as {list.format}.{" "}
          {totals.max_budget_usd === null
            ? "No cap on money for all of them."
            : `At most ${money(totals.max_budget_usd)} in all.`}
          {totals.ahead > 0 && ` ${totals.ahead} other tasks run or are queued already.`}
        </p>
        {list.warnings.map(({ items, message }) => (
          <p key={`${items.join()} ${message}`} className="rounded border p-2">
            <Badge>note</Badge> {items.length > 0 && `Task ${items.join(", ")}: `}
            {visibleText(message)}
          </p>
        ))}
        <Table caption="Tasks of the list" head={["No.", "Task", "Project", "Agent", "Starts"]}>
          {[...tasks]
            .sort((a, b) => place(a.item) - place(b.item) || a.item - b.item)
            .map((task) => (
              <tr key={task.item}>
                <td>{task.item}</td>
                <td className="min-w-48">
                  {visibleText(task.title)}{" "}
                  {task.priority > 0 && <Badge>{priorityWords[task.priority]}</Badge>}{" "}
                  {task.labels.map((label) => (
                    <Badge key={label}>{visibleText(label)}</Badge>
                  ))}
                </td>
                <td>{visibleText(task.project)}</td>
                <td>
                  {visibleText(task.agent)} {task.model !== null && visibleText(task.model)}
                </td>
                <td className="min-w-32">{visibleText(startOf.get(task.item)?.text ?? "")}</td>
              </tr>
            ))}
        </Table>
        {list.skipped.length > 0 && (
          <details>
            <summary>
              {list.skipped.length === 1 ? "1 line is no task" : `${list.skipped.length} lines are no tasks`}
            </summary>
            <ul className="mt-1 list-disc pl-5">
              {list.skipped.map(({ line, text, reason }) => (
                <li key={line} className="break-words">
                  Line {line}, {reason === "checked" ? "done already" : "not an item"}: {visibleText(text)}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </Panel>
  );
}

function Problems({ list: { problems } }: { readonly list: SubmittedList }): ReactNode {
  return (
    <Panel title="What is wrong with it">
      <ul role="alert" className="flex flex-col gap-2">
        {problems.map(({ line, column, field, message, hint }) => (
          <li key={`${line}:${column} ${field} ${message}`} className="break-words">
            <span className="font-medium text-broken">
              Line {line}
              {field !== undefined && `, ${visibleText(field)}`}:
            </span>{" "}
            {visibleText(message)}
            {hint !== undefined && <span className="text-muted"> {visibleText(hint)}</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
