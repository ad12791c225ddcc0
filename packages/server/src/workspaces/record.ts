import { readFile, rename, writeFile } from "node:fs/promises";
import { z } from "zod";

/** What a workspace remembers of itself on disk, beside the tree the agent may write. */
export const WorkspaceRecord = z.object({
  project_id: z.string(),
  task_id: z.string(),
  attempt_id: z.string(),
  start_sha: z.string(),
  /** Files of the user's that were put into the tree and never go into a snapshot. */
  copied: z.array(z.string()),
  /** Files that setup made, which are nobody's work and never go into a snapshot. */
  set_aside: z.array(z.string()).default([]),
  /** What setup it had; a workspace from before this was recorded had none. */
  setup: z
    .object({
      key: z.string(),
      ok: z.boolean(),
      /** What the tree held when a setup began that is not over. */
      before_sha: z.string().optional(),
    })
    .optional(),
  created_at_ms: z.number(),
});
export type WorkspaceRecord = z.infer<typeof WorkspaceRecord>;

/** Writes the record whole or not at all. */
export async function writeRecord(file: string, record: WorkspaceRecord): Promise<void> {
  await writeFile(`${file}.draft`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  await rename(`${file}.draft`, file);
}

/** The record, or undefined when the workspace was never finished or its record is unreadable. */
export async function readRecord(file: string): Promise<WorkspaceRecord | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return WorkspaceRecord.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
