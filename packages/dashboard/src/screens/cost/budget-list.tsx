import type { BudgetState } from "@harness/protocol";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useRead } from "../../live/index.ts";
import {
  Badge,
  CopyText,
  count,
  duration,
  Empty,
  Loaded,
  money,
  Panel,
  Table,
  Time,
  visibleText,
} from "../../ui/index.ts";
import { capsOf } from "./caps.ts";

/** Every budget: what it allows, what was used of it, and whom it holds. */
export function BudgetList(): ReactNode {
  const read = useRead("budget/list", {});
  return (
    <Panel title="Budgets">
      <Loaded read={read} what="the budgets">
        {({ budgets }) =>
          budgets.length === 0 ? (
            <Empty title="Nothing has a budget">
              <p>
                The caps of a night and of projects are budgets, and what the configuration names under{" "}
                <code className="font-mono">[[budgets]]</code>.
              </p>
            </Empty>
          ) : (
            <>
              <Table caption="Budgets" head={["Budget", "Period", "Used and left", "Most used cap", "State"]}>
                {budgets.map((budget) => (
                  <Row key={budget.id} budget={budget} />
                ))}
              </Table>
              <Held />
            </>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Row({ budget }: { readonly budget: BudgetState }): ReactNode {
  const caps = capsOf(budget);
  return (
    <tr>
      <td className="min-w-36 break-words">
        <span className="font-medium">{visibleText(budget.id)}</span>
        <span className="block text-sm text-muted">of {subjectOf(budget)}</span>
      </td>
      <td className="whitespace-nowrap">
        {budget.period === "total" ? "for good" : budget.period}
        {budget.ends_at !== null && (
          <span className="block text-sm text-muted">
            anew <Time at={budget.ends_at} />
          </span>
        )}
      </td>
      <td className="min-w-44">
        {caps.length === 0 ? (
          <Uncapped budget={budget} />
        ) : (
          caps.map(({ name, used, left, cap }) => (
            <span key={name} className="block">
              {name}: {used} of {cap}, <span className="text-muted">{left}</span>
            </span>
          ))
        )}
      </td>
      <td className="min-w-28">
        <UsedBar budget={budget} />
      </td>
      <td className="min-w-40">
        <State budget={budget} />
      </td>
    </tr>
  );
}

/** What was used where nothing is capped. */
function Uncapped({ budget: { spent } }: { readonly budget: BudgetState }): ReactNode {
  return (
    <span className="text-muted">
      no cap; used {money(spent.cost_usd)}, {count(spent.total_tokens)} tokens, {duration(spent.wall_ms)},{" "}
      {spent.turns} turns
    </span>
  );
}

function UsedBar({
  budget: { used_percent, warn_at, reached, mode },
}: {
  readonly budget: BudgetState;
}): ReactNode {
  if (used_percent === null) return <span className="text-muted">–</span>;
  return (
    <span className="flex flex-col gap-1">
      <span>{Math.round(used_percent)} %</span>
      <span aria-hidden className="h-2 overflow-hidden rounded bg-sunken">
        <span
          className={`block h-full ${reached !== null && mode === "enforce" ? "bg-broken" : "bg-accent"}`}
          style={{ width: `${Math.min(100, used_percent)}%` }}
        />
      </span>
      {warn_at.length > 0 && <span className="text-sm text-muted">told at {warn_at.join(", ")} %</span>}
    </span>
  );
}

function State({ budget }: { readonly budget: BudgetState }): ReactNode {
  const { mode, reached, would_have_stopped } = budget;
  return (
    <span className="flex flex-col items-start gap-1">
      {mode === "shadow" ? (
        <Badge title="It stops nothing and says what it would have stopped">
          shadow, would have stopped {would_have_stopped}
        </Badge>
      ) : reached === null ? (
        <Badge tone="done">{capsOf(budget).length === 0 ? "counts only" : "not reached"}</Badge>
      ) : (
        <Badge tone="broken">reached</Badge>
      )}
      {reached !== null && <span className="text-sm break-words">{visibleText(reached)}</span>}
      {reached !== null && (
        <span className="text-sm text-muted">
          Raise it: <CopyText text={visibleText(budget.raise)} />
        </span>
      )}
    </span>
  );
}

/** What all of a budget's selector says. */
function subjectOf({ of }: BudgetState): string {
  const named = Object.entries(of).flatMap(([what, name]) =>
    name === null ? [] : [`${what} ${visibleText(name)}`],
  );
  return named.length === 0 ? "everything" : named.join(", ");
}

/** Tasks and conversations that a budget holds now. */
function Held(): ReactNode {
  const read = useRead("problem/list", { kind: ["over_budget"], limit: 100 });
  const held = read.data?.data ?? [];
  if (held.length === 0) return null;
  return (
    <section aria-label="Held by a budget" className="pt-3">
      <h3 className="font-medium">Held by a budget now</h3>
      <ul className="flex flex-col divide-y">
        {held.map(({ id, task_id, thread_id, title, reason }) => (
          <li key={id} className="py-1 break-words">
            {task_id !== null ? (
              <Link
                to="/ui/tasks/$taskId"
                params={{ taskId: task_id }}
                className="font-medium hover:underline"
              >
                {visibleText(title)}
              </Link>
            ) : thread_id !== null ? (
              <Link
                to="/ui/conversations/$threadId"
                params={{ threadId: thread_id }}
                className="font-medium hover:underline"
              >
                {visibleText(title)}
              </Link>
            ) : (
              <span className="font-medium">{visibleText(title)}</span>
            )}{" "}
            <span className="text-muted">{visibleText(reason)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
