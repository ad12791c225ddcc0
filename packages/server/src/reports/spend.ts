import { type Caps, type NightSpend, type Report, type Spend, Usage } from "@harness/protocol";
import type { Tx } from "../storage/index.ts";
import { MAX_LINES, MAX_TURNS, time } from "./limits.ts";
import type { Names } from "./task-lines.ts";
import type { Scope } from "./task-rows.ts";

/** The caps of a night for all projects together (null) or for one, as they are now. */
export type CapsOf = (projectId: string | null) => Caps;

const NIGHT_MS = 86_400_000;

/**
 * What the turns that ended in a time have used, in all and by project and agent. A turn whose cost nobody told makes
 * the sum unknown; the known part is shown beside it.
 */
export async function spendOf(
  db: Tx,
  scope: Scope,
  names: Names,
): Promise<{ total: Spend; by: Report["spend"]["by"]; cut: boolean }> {
  let query = db
    .selectFrom("turns")
    .innerJoin("tasks", "tasks.id", "turns.task_id")
    .select(["tasks.project_id", "turns.agent", "turns.usage", "turns.started_at", "turns.ended_at"])
    .where("turns.ended_at", ">=", scope.since)
    .where("turns.ended_at", "<=", scope.until);
  if (scope.project_id !== null) query = query.where("tasks.project_id", "=", scope.project_id);
  const rows = await query
    .orderBy("turns.ended_at")
    .limit(MAX_TURNS + 1)
    .execute();
  const total = nothing();
  const by = new Map<string, Report["spend"]["by"][number]>();
  for (const row of rows.slice(0, MAX_TURNS)) {
    const { project_id, agent } = row;
    const key = `${project_id} ${agent}`;
    const project = names.get(project_id) ?? project_id;
    const part = by.get(key) ?? { project_id, project, agent, ...nothing() };
    const usage = row.usage === null ? null : Usage.parse(JSON.parse(row.usage));
    for (const sum of [total, part]) add(sum, usage, Math.max(0, (row.ended_at ?? 0) - row.started_at));
    by.set(key, part);
  }
  const sorted = [...by.values()].sort((a, b) =>
    `${a.project} ${a.agent}` < `${b.project} ${b.agent}` ? -1 : 1,
  );
  return { total, by: sorted, cut: rows.length > MAX_TURNS };
}

/** What was used in the nights the time touches, and what is left of their caps. */
export async function nightsOf(db: Tx, scope: Scope, names: Names, capsOf: CapsOf): Promise<NightSpend[]> {
  let query = db
    .selectFrom("spending")
    .selectAll()
    .where("night", ">", scope.since - NIGHT_MS)
    .where("night", "<=", scope.until);
  if (scope.project_id !== null) query = query.where("scope", "=", scope.project_id);
  const rows = await query.orderBy("night").orderBy("scope").limit(MAX_LINES).execute();
  const all = (row: { scope: string }) => (row.scope === "night" ? 0 : 1);
  return rows
    .sort((a, b) => a.night - b.night || all(a) - all(b))
    .map((row) => {
      const project_id = row.scope === "night" ? null : row.scope;
      const total_tokens = row.input_tokens + row.output_tokens;
      const caps = capsOf(project_id);
      return {
        begins_at: time(row.night),
        project_id,
        project: project_id === null ? null : (names.get(project_id) ?? project_id),
        turns: row.turns,
        total_tokens,
        cost_usd: row.cost_unknown ? null : row.cost_usd,
        wall_ms: row.wall_ms,
        attempts: row.attempts,
        left: leftOf(caps, { ...row, total_tokens }),
      };
    });
}

interface Used {
  readonly cost_usd: number;
  readonly cost_unknown: number;
  readonly total_tokens: number;
  readonly turns: number;
  readonly attempts: number;
  readonly wall_ms: number;
}

/** What is left of each cap; null when there are no caps at all. */
function leftOf(caps: Caps, used: Used): NightSpend["left"] {
  const { max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts } = caps;
  if ([max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts].every((cap) => cap === null))
    return null;
  const left = (cap: number | null, use: number) => (cap === null ? null : Math.max(0, cap - use));
  return {
    usd: used.cost_unknown ? null : left(max_budget_usd, used.cost_usd),
    tokens: left(max_tokens, used.total_tokens),
    turns: left(max_turns, used.turns),
    attempts: left(max_attempts, used.attempts),
    wall_ms: left(max_wall_secs === null ? null : max_wall_secs * 1000, used.wall_ms),
  };
}

function nothing(): Spend {
  return { turns: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0, cost_known_usd: 0, wall_ms: 0 };
}

function add(sum: Spend, usage: Usage | null, wallMs: number): void {
  const cost = usage?.cost_usd ?? null;
  sum.turns += 1;
  sum.input_tokens += usage?.input_tokens ?? 0;
  sum.output_tokens += usage?.output_tokens ?? 0;
  sum.cost_usd = sum.cost_usd === null || cost === null ? null : sum.cost_usd + cost;
  sum.cost_known_usd += cost ?? 0;
  sum.wall_ms += wallMs;
}
