import {
  type BudgetMode,
  type BudgetPeriod,
  type BudgetScope,
  type BudgetSelector,
  type Caps,
  noCaps,
} from "@harness/protocol";
import { type SumOf, scopeOfSum, WHOLE_NIGHT } from "../budgets/index.ts";
import type { BudgetEntry } from "../config/index.ts";

/** What may be used of one sum in a period, and what happens when it is. */
export interface Budget {
  /** `night`, `project:ID`, or its name in the configuration. */
  readonly id: string;
  readonly scope: BudgetScope;
  /** The project, agent, model or account, or all of them; null for everything. */
  readonly name: string | null;
  readonly of: BudgetSelector;
  readonly period: BudgetPeriod;
  /** The project whose own budget it is. */
  readonly project_id: string | null;
  /** The sum it is held against: what it is of, and its scope. */
  readonly sum_of: SumOf;
  readonly sum: string;
  /** Begins a sentence about it. */
  readonly who: string;
  readonly caps: Caps;
  readonly mode: BudgetMode;
  readonly warn_at: readonly number[];
  /** The command, or what to do to the configuration, that raises it. */
  readonly raise: string;
}

/** The caps among other settings. */
export function sharedCaps({
  max_budget_usd,
  max_tokens,
  max_wall_secs,
  max_turns,
  max_attempts,
}: Caps): Caps {
  return { max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts };
}

const everything: BudgetSelector = { project: null, agent: null, model: null, account: null };

/** The budget of everything that runs in a night. */
export function nightBudget(night: Caps, warn_at: readonly number[]): Budget {
  return {
    id: WHOLE_NIGHT,
    scope: "night",
    name: null,
    of: everything,
    period: "night",
    project_id: null,
    sum_of: {},
    sum: WHOLE_NIGHT,
    who: "The night",
    caps: sharedCaps(night),
    mode: "enforce",
    warn_at,
    raise: "change [night] in the configuration and restart the server",
  };
}

/** The budget a project has of its own. */
export function projectBudget(
  { id, name }: { readonly id: string; readonly name: string },
  caps: Caps,
  warn_at: readonly number[],
): Budget {
  return {
    id: `project:${id}`,
    scope: "project",
    name,
    of: { ...everything, project: name },
    period: "night",
    project_id: id,
    sum_of: { project_id: id },
    sum: id,
    who: `Project ${name}`,
    caps,
    mode: "enforce",
    warn_at,
    raise: `harness project set ${name} --night-…`,
  };
}

/** A budget of the configuration. One of a project that is not registered is shown, and holds nothing yet. */
export function configuredBudget(
  entry: BudgetEntry,
  projects: ReadonlyMap<string, string>,
  warnAt: readonly number[],
): Budget {
  const { name: id, project, agent, model, account, period = "night", mode = "enforce", ...rest } = entry;
  const { warn_at = warnAt, ...caps } = rest;
  const of = { project, agent, model, account };
  const named = Object.entries(of).filter(
    (pair): pair is [keyof BudgetSelector, string] => pair[1] !== undefined,
  );
  const [first, ...others] = named;
  const words = named.map((pair) => pair.join(" ")).join(", ");
  const project_id = project === undefined ? undefined : (projects.get(project) ?? `unregistered:${project}`);
  const sum_of = { project_id, agent, model, account };
  return {
    id,
    scope: first === undefined ? "night" : others.length > 0 ? "combined" : first[0],
    name: first === undefined ? null : others.length > 0 ? words : first[1],
    of: { ...everything, ...Object.fromEntries(named) },
    period,
    project_id: null,
    sum_of,
    sum: scopeOfSum(sum_of),
    who: `Budget ${id} of ${first === undefined ? EVERYTHING[period] : words}`,
    caps: { ...noCaps, ...caps },
    mode,
    warn_at,
    raise: `change [[budgets]] ${id} in the configuration and restart the server`,
  };
}

/** What a budget of everything is called after. */
const EVERYTHING: Readonly<Record<BudgetPeriod, string>> = {
  night: "the night",
  day: "the day",
  week: "the week",
  month: "the month",
  total: "everything",
};
