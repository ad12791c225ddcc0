import { HarnessError, Intervention } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { InterventionsTable, Tx } from "../storage/index.ts";
import { isTerminal } from "./lifecycle.ts";
import type { TaskRecord } from "./task-row.ts";
import { scopeOf } from "./task-store.ts";

/**
 * Keeps what a person says to a task that is not over. It is part of the task from now on: every later prompt holds
 * it, so that no crash and no change of agent loses it. Throws `illegal_transition` when nobody would hear it.
 */
export async function intervene(
  tx: WriteTx,
  task: TaskRecord,
  said: { readonly guidance: string; readonly actor: string },
): Promise<Intervention> {
  refuseTooLate(task);
  const last = await tx.db
    .selectFrom("interventions")
    .select((eb) => eb.fn.max("number").as("number"))
    .where("task_id", "=", task.id)
    .executeTakeFirst();
  const row: InterventionsTable = {
    task_id: task.id,
    number: Number(last?.number ?? 0) + 1,
    ...said,
    created_at: tx.now,
    delivered: null,
    delivered_at: null,
  };
  await tx.db.insertInto("interventions").values(row).execute();
  const { number, guidance } = row;
  await tx.append({ ...scopeOf(task, said.actor), type: "task.intervened", data: { number, guidance } });
  return toIntervention(row);
}

/** Marks what an agent has heard; what was marked before stays as it was. */
export async function markDelivered(
  tx: WriteTx,
  task: TaskRecord,
  numbers: readonly number[],
  delivered: NonNullable<Intervention["delivered"]>,
  actor: string,
): Promise<void> {
  for (const number of numbers) {
    const { numUpdatedRows } = await tx.db
      .updateTable("interventions")
      .set({ delivered, delivered_at: tx.now })
      .where("task_id", "=", task.id)
      .where("number", "=", number)
      .where("delivered", "is", null)
      .executeTakeFirst();
    if (Number(numUpdatedRows) === 0) continue;
    const data = { number, delivered };
    await tx.append({ ...scopeOf(task, actor), type: "task.intervention_delivered", data });
  }
}

/** What was said to a task, oldest first. */
export async function interventionsOf(db: Tx, taskId: string): Promise<Intervention[]> {
  const rows = await db
    .selectFrom("interventions")
    .selectAll()
    .where("task_id", "=", taskId)
    .orderBy("number")
    .execute();
  return rows.map(toIntervention);
}

function refuseTooLate(task: TaskRecord): void {
  const over = isTerminal(task.status);
  if (!over && task.status !== "publishing") return;
  throw new HarnessError(
    "illegal_transition",
    over
      ? `Cannot intervene in task ${task.id}: it is ${task.status}. Ask for a change with: harness task revise ${task.id} "what to change"`
      : `Cannot intervene in task ${task.id}: its work is being published. Ask for a change once it is done.`,
    { got: task.status },
  );
}

function toIntervention(row: InterventionsTable): Intervention {
  const { number, guidance, actor, created_at, delivered, delivered_at } = row;
  return {
    number,
    guidance,
    actor,
    created_at: new Date(created_at).toISOString(),
    delivered: Intervention.shape.delivered.parse(delivered),
    delivered_at: delivered_at === null ? null : new Date(delivered_at).toISOString(),
  };
}
