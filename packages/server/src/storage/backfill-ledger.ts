import { type Kysely, sql } from "kysely";
import { z } from "zod";

const AT_ONCE = 500;
const DAY_MS = 86_400_000;

const Used = z.object({
  input_tokens: z.number(),
  output_tokens: z.number(),
  cached_tokens: z.number(),
  cost_usd: z.number().nullable(),
});
const Row = z.object({
  id: z.string(),
  thread_id: z.string(),
  task_id: z.string().nullable(),
  project_id: z.string(),
  role: z.string(),
  agent: z.string(),
  model: z.string().nullable(),
  usage: z.string().nullable(),
  status: z.string(),
  started_at: z.coerce.number(),
  ended_at: z.coerce.number().nullable(),
});

/** Enters the turns of older versions into the ledger, filed under the UTC day they began in. */
export async function backfillLedger(db: Kysely<unknown>): Promise<void> {
  for (let after = ""; ; ) {
    const { rows } = await sql`
      select u.id, u.thread_id, u.task_id, t.project_id, u.role, u.agent, u.model, u.usage, u.status, u.started_at, u.ended_at
      from turns u join threads t on t.id = u.thread_id where u.id > ${after} order by u.id limit ${AT_ONCE}`.execute(
      db,
    );
    for (const row of rows) {
      const turn = Row.parse(row);
      after = turn.id;
      await enter(db, turn);
    }
    if (rows.length < AT_ONCE) return;
  }
}

async function enter(db: Kysely<unknown>, turn: z.infer<typeof Row>): Promise<void> {
  const used = turn.usage === null ? undefined : Used.parse(JSON.parse(turn.usage));
  const cost = used?.cost_usd ?? null;
  const { started_at, ended_at } = turn;
  await sql`insert into ledger (turn_id, night, started_at, ended_at, project_id, task_id, thread_id, agent, model, asked_model, account,
      stage, role, input_tokens, cached_tokens, output_tokens, cost_microusd, cost_source, cut_short, wall_ms)
    values (${turn.id}, ${started_at - (started_at % DAY_MS)}, ${started_at}, ${ended_at}, ${turn.project_id}, ${turn.task_id},
      ${turn.thread_id}, ${turn.agent}, ${turn.model}, ${turn.model}, ${turn.agent}, null, ${turn.role}, ${used?.input_tokens ?? null},
      ${used?.cached_tokens ?? null}, ${used?.output_tokens ?? null}, ${cost === null ? null : Math.round(cost * 1e6)},
      ${cost === null ? null : "vendor"}, 0, ${ended_at === null ? 0 : Math.max(0, ended_at - started_at)})`.execute(
    db,
  );
}
