import { type CommandDefinition, operationCommand, type Positional } from "../command.ts";
import { readNumber } from "../options.ts";
import { statusTone, statusWord } from "../terminal/words.ts";

const taskId: Positional = {
  param: "task_id",
  required: true,
  doc: "Task id, the end of one, or last for the newest",
};

const prioritize = operationCommand("task/prioritize", {
  positionals: [taskId, { param: "priority", required: true, doc: "0 normal, 1 high, 2 urgent" }],
  prepare: async ({ params }) => ({
    ...params,
    priority: readNumber(String(params["priority"]), "<priority>"),
  }),
  show({ task_id, status, priority }, { out }) {
    out.facts([
      ["task", task_id],
      ["status", statusWord(status, !out.isTerminal), statusTone(status)],
      ["priority", String(priority)],
    ]);
    return undefined;
  },
});

const rate = operationCommand("task/rate", {
  positionals: [taskId, { param: "rating", required: true, doc: "up, down, or none to take it back" }],
  prepare: async ({ params }) => ({
    ...params,
    rating: params["rating"] === "none" ? null : params["rating"],
  }),
  show({ task_id, rating }, { out }) {
    out.facts([
      ["task", task_id],
      ["rating", rating?.value ?? "none"],
      ["comment", rating?.comment],
    ]);
    return undefined;
  },
});

/** The commands that mark a task without moving it along. */
export const taskMarkCommands: readonly CommandDefinition[] = [prioritize, rate];
