import type { Client } from "./connection.ts";
import { findNamed } from "./reference.ts";

/** The full id of a task named by its id, by the end of its id, or by `last`, the newest one. */
export function findTask(client: Client, text: string): Promise<string> {
  return findNamed(text, {
    kind: "task",
    word: "task",
    field: "task_id",
    list: "task list",
    newest: async (limit) => (await client.call("task/list", { limit })).data,
  });
}
