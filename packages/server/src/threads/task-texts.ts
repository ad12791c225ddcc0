import type { TaskArtifact, TaskPrompt } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";
import type { Tx } from "../storage/index.ts";

/** Longest prompt kept (bytes of text); CONTRACT.md 1.6. */
const PROMPT_CAP = 2 * 1024 * 1024;
/** Longest artifact kept. */
const ARTIFACT_CAP = 64 * 1024;

/** Stores the prompt a turn of a task was given. */
export async function addPrompt(
  tx: WriteTx,
  turn: { readonly id: string; readonly task_id: string; readonly round: number },
  prompt: { readonly id: string; readonly phase: string; readonly text: string },
): Promise<void> {
  const before = await tx.db
    .selectFrom("prompts")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("task_id", "=", turn.task_id)
    .executeTakeFirstOrThrow();
  await tx.db
    .insertInto("prompts")
    .values({
      id: prompt.id,
      task_id: turn.task_id,
      turn_id: turn.id,
      turn: Number(before.n) + 1,
      phase: prompt.phase,
      round: turn.round,
      prompt: prompt.text.slice(0, PROMPT_CAP),
      created_at: tx.now,
    })
    .execute();
}

/** Stores a text a task produced, cut to its cap with the cut marked. */
export async function addArtifact(
  tx: WriteTx,
  artifact: { id: string; task_id: string; turn: number; artifact_type: string; content: string },
): Promise<void> {
  const over = artifact.content.length - ARTIFACT_CAP;
  const content =
    over > 0 ? `${artifact.content.slice(0, ARTIFACT_CAP)}\n[${over} more characters cut]` : artifact.content;
  await tx.db
    .insertInto("artifacts")
    .values({ ...artifact, content, created_at: tx.now })
    .execute();
}

/** Every prompt of a task, in order. */
export async function promptsOf(db: Tx, taskId: string): Promise<TaskPrompt[]> {
  const rows = await db
    .selectFrom("prompts")
    .selectAll()
    .where("task_id", "=", taskId)
    .orderBy("id")
    .execute();
  return rows.map(({ id: _, ...row }) => ({ ...row, created_at: new Date(row.created_at).toISOString() }));
}

/** Every artifact of a task, in order. */
export async function artifactsOf(db: Tx, taskId: string): Promise<TaskArtifact[]> {
  const rows = await db
    .selectFrom("artifacts")
    .selectAll()
    .where("task_id", "=", taskId)
    .orderBy("id")
    .execute();
  return rows.map(({ id: _, ...row }) => ({ ...row, created_at: new Date(row.created_at).toISOString() }));
}
