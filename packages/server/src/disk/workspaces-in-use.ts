import type { Tx } from "../storage/index.ts";
import { attemptsWithWork } from "../tasks/index.ts";
import { conversationIds } from "../threads/index.ts";

/** Whose workspaces may still hold work: attempts that run or crashed, and conversations. */
export async function workspacesInUse(db: Tx): Promise<Set<string>> {
  const [attempts, threads] = await Promise.all([attemptsWithWork(db), conversationIds(db)]);
  return new Set([...attempts, ...threads]);
}
