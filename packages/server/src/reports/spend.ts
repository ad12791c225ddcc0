import { type Caps, exactUsd, type NightSpend, type Report, type Spend } from "@harness/protocol";
import { leftOf, sumByAgent, WHOLE_NIGHT } from "../budgets/index.ts";
import type { Tx } from "../storage/index.ts";
import { MAX_LINES, time } from "./limits.ts";
import type { Names } from "./task-lines.ts";
import type { Scope } from "./task-rows.ts";

/** The caps of a night for all projects together (null) or for one, as they are now. */
export type CapsOf = (projectId: string | null) => Caps;

const NIGHT_MS = 86_400_000;

/**
 * What the turns that ended in a time have used, in all and by project and agent, as the ledger says it. A turn whose
 * cost nobody knows makes the sum unknown; the known part is shown beside it.
 */
export async function spendOf(
  db: Tx,
  scope: Scope,
  names: Names,
): Promise<{ total: Spend; by: Report["spend"]["by"]; cut: boolean }> {
  const { since, until, project_id } = scope;
  const filter = { ended: [since, until] as const, ...(project_id === null ? {} : { project_id }) };
  const rows = await sumByAgent(db, filter, MAX_LINES + 1);
  const by = rows.slice(0, MAX_LINES).map(({ cached_tokens: _, unknown_turns: __, ...row }) => ({
    ...row,
    project: names.get(row.project_id) ?? row.project_id,
  }));
  const sorted = [...by].sort((a, b) => (`${a.project} ${a.agent}` < `${b.project} ${b.agent}` ? -1 : 1));
  return { total: by.reduce<Spend>(sum, nothing()), by: sorted, cut: rows.length > MAX_LINES };
}

/** What was used in the nights the time touches, and what is left of their caps. */
export async function nightsOf(db: Tx, scope: Scope, names: Names, capsOf: CapsOf): Promise<NightSpend[]> {
  let query = db
    .selectFrom("spending")
    .selectAll()
    .where("night", ">", scope.since - NIGHT_MS)
    .where("night", "<=", scope.until);
  query =
    scope.project_id === null
      ? query.where((eb) => eb.or([eb("scope", "=", WHOLE_NIGHT), eb("scope", "like", "proj_%")]))
      : query.where("scope", "=", scope.project_id);
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
        left: hasCap(caps)
          ? leftOf(caps, { ...row, total_tokens, cost_usd: row.cost_unknown ? null : row.cost_usd })
          : null,
      };
    });
}

function hasCap({ max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts }: Caps): boolean {
  return [max_budget_usd, max_tokens, max_wall_secs, max_turns, max_attempts].some((cap) => cap !== null);
}

function nothing(): Spend {
  return { turns: 0, input_tokens: 0, output_tokens: 0, cost_usd: 0, cost_known_usd: 0, wall_ms: 0 };
}

function sum(total: Spend, part: Spend): Spend {
  const { cost_usd } = total;
  return {
    turns: total.turns + part.turns,
    input_tokens: total.input_tokens + part.input_tokens,
    output_tokens: total.output_tokens + part.output_tokens,
    cost_usd: cost_usd === null || part.cost_usd === null ? null : exactUsd(cost_usd + part.cost_usd),
    cost_known_usd: exactUsd(total.cost_known_usd + part.cost_known_usd),
    wall_ms: total.wall_ms + part.wall_ms,
  };
}
