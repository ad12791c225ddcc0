import { sql } from "kysely";
import { z } from "zod";
import { byParts, ofProjects, type Stretch, stretchTable, type Tx } from "../storage/index.ts";
import { fromMicro } from "./money.ts";

/** What the turns used that ended in one stretch of time. */
export const UsedInStretch = z.object({
  cost_usd: z.number().nullable(),
  cost_known_usd: z.number(),
  unknown_turns: z.number(),
  input_tokens: z.number(),
  cached_tokens: z.number(),
  output_tokens: z.number(),
});
export type UsedInStretch = z.infer<typeof UsedInStretch>;

const NOTHING: UsedInStretch = {
  cost_usd: 0,
  cost_known_usd: 0,
  unknown_turns: 0,
  input_tokens: 0,
  cached_tokens: 0,
  output_tokens: 0,
};

type Big = number | string | null;

/** What the turns used that ended in each stretch, in their order. */
export async function usedByStretch(
  db: Tx,
  stretches: readonly Stretch[],
  projectIds: readonly string[] | undefined,
): Promise<UsedInStretch[]> {
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
  const used = new Map(
    rows.map((row) => {
      const unknown_turns = Number(row.unknown);
      const cost_known_usd = fromMicro(Number(row.cost ?? 0));
      const one = {
        cost_usd: unknown_turns > 0 ? null : cost_known_usd,
        cost_known_usd,
        unknown_turns,
        input_tokens: Number(row.input ?? 0),
        cached_tokens: Number(row.cached ?? 0),
        output_tokens: Number(row.output ?? 0),
      };
      return [Number(row.i), one];
    }),
  );
  return stretches.map((_, i) => used.get(i) ?? NOTHING);
}
