import { type AgentState, Role } from "@harness/protocol";
import type { Tx } from "../storage/index.ts";

/** The turns that run now, by the agent that does them, the oldest first. */
export async function runningTurns(db: Tx): Promise<Map<string, AgentState["running"]>> {
  const rows = await db
    .selectFrom("turns")
    .select(["id", "thread_id", "task_id", "agent", "role", "model", "started_at"])
    // As the index of open turns is made.
    .where("status", "in", ["running", "waiting"])
    .where("status", "=", "running")
    .orderBy("id")
    .execute();
  const turns = rows.map(({ id, role, started_at, ...row }) => ({
    ...row,
    turn_id: id,
    role: Role.parse(role),
    started_at: new Date(started_at).toISOString(),
  }));
  const byAgent = Map.groupBy(turns, ({ agent }) => agent);
  return new Map([...byAgent].map(([name, of]) => [name, of.map(({ agent: _, ...turn }) => turn)]));
}
