import type { Client } from "./connection.ts";
import { CommandFailure, exitCodes, usageFailure } from "./failure.ts";

const whole = /^task_[0-9A-HJKMNP-TV-Z]{26}$/;
const part = /^[0-9A-HJKMNP-TV-Z]{4,26}$/;

/**
 * The full id of a task named by its id, by the end of its id (as tables show it), or by `last`, the newest one.
 * The end is looked for among the newest 500 tasks.
 */
export async function findTask(client: Client, text: string): Promise<string> {
  if (whole.test(text)) return text;
  const wanted = text.toUpperCase().replace(/^TASK_/, "");
  if (text !== "last" && !part.test(wanted))
    throw usageFailure(`${JSON.stringify(text.slice(0, 60))} is not a task id.`, {
      field: "task_id",
      hint: "See harness task list. An id, the last 4 or more characters of one, or the word last.",
    });
  const { data } = await client.call("task/list", { limit: text === "last" ? 1 : 500 });
  const found = text === "last" ? data : data.filter(({ id }) => id.endsWith(wanted));
  if (found.length === 1) return found[0]!.id;
  const many = found.length > 1;
  throw new CommandFailure(
    many ? "task_ambiguous" : "task_not_found",
    many ? `${found.length} tasks end in ${wanted}.` : `There is no task ${JSON.stringify(text)}.`,
    {
      exitCode: exitCodes.usage,
      field: "task_id",
      hint: many ? "Give more of the id." : "See harness task list.",
    },
  );
}
