import { sql } from "kysely";
import { byParts, ofProjects, type Stretch, stretchTable, type Tx } from "../storage/index.ts";
import { fromMicro } from "./money.ts";

/** What the turns used that ended in one stretch of time. */
export interface UsedInStretch {
  readonly cost_usd: number | null;
  readonly cost_known_usd: number;
  readonly unknown_turns: number;
  readonly input_tokens: number;
  readonly cached_tokens: number;
  readonly output_tokens: number;
}

type Big = number | string | null;

/** What the turns used that ended in each stretch, by its place; a stretch without turns is not there. */
export async function usedByStretch(
  db: Tx,
  stretches: readonly Stretch[],
  projectIds: readonly string[] | undefined,
): Promise<Map<number, UsedInStretch>> {
  const rows = await byParts(stretches, async (part, from) => {
    const { rows: found } = await sql<Record<"i" | "cost" | "unknown" | "input" | "cached" | "output", Big>>`
    with ${stretchTable(part, from)}
    select d.i, sum(l.cost_microusd) as cost, sum(l.input_tokens) as input, sum(l.cached_tokens) as cached,
      sum(l.output_tokens) as output,
      count(distinct case when l.cost_source is null or l.cut_short = 1 then l.turn_id end) as unknown
    from d cross join ledger l
    where l.ended_at >= d.begins and l.ended_at < d.ends and ${ofProjects("l.project_id", projectIds)}
    group by d.i`.execute(db);
    return found;
  });
  return new Map(
    rows.map((row) => {
      const unknown_turns = Number(row.unknown);
      const cost_known_usd = fromMicro(Number(row.cost ?? 0));
      const used = {
        cost_usd: unknown_turns > 0 ? null : cost_known_usd,
        cost_known_usd,
        unknown_turns,
        input_tokens: Number(row.input ?? 0),
        cached_tokens: Number(row.cached ?? 0),
        output_tokens: Number(row.output ?? 0),
      };
      return [Number(row.i), used];
    }),
  );
}
