import { type BudgetMode, type BudgetScope, type Caps, noCaps } from "@harness/protocol";
import { scopeKey, WHOLE_NIGHT } from "../budgets/index.ts";
import type { BudgetEntry } from "../config/index.ts";

/** What may be used of one sum from one night to the next, and what happens when it is. */
export interface Budget {
  /** `night`, `project:ID`, or its name in the configuration. */
  readonly id: string;
  readonly scope: BudgetScope;
  /** The project, agent, model or account; null for everything. */
  readonly name: string | null;
  /** The project whose own budget it is. */
  readonly project_id: string | null;
  /** The sum it is held against. */
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

/** The budget of everything that runs in a night. */
export function nightBudget(night: Caps, warn_at: readonly number[]): Budget {
  return {
    id: WHOLE_NIGHT,
    scope: "night",
    name: null,
    project_id: null,
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
    project_id: id,
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
  const { name: id, project, agent, model, account, mode = "enforce", warn_at = warnAt, ...caps } = entry;
  const about = of({ project, agent, model, account }, projects);
  return {
    id,
    ...about,
    project_id: null,
    who: `Budget ${id} of ${about.name === null ? "the night" : `${about.scope} ${about.name}`}`,
    caps: { ...noCaps, ...caps },
    mode,
    warn_at,
    raise: `change [[budgets]] ${id} in the configuration and restart the server`,
  };
}

function of(
  { project, agent, model, account }: Pick<BudgetEntry, "project" | "agent" | "model" | "account">,
  projects: ReadonlyMap<string, string>,
): Pick<Budget, "scope" | "name" | "sum"> {
  if (project !== undefined)
    return { scope: "project", name: project, sum: projects.get(project) ?? `unregistered:${project}` };
  for (const [scope, name] of Object.entries({ agent, model, account }) as [
    "agent" | "model" | "account",
    string | undefined,
  ][])
    if (name !== undefined) return { scope, name, sum: scopeKey(scope, name) };
  return { scope: "night", name: null, sum: WHOLE_NIGHT };
}
