import { type CommandDefinition, operationCommand } from "../command.ts";
import { threadId, wordsOf } from "./thread-words.ts";

const queue = operationCommand("input/list", {
  positionals: [threadId],
  show({ data }, { out, err }) {
    if (data.length === 0) err.line("Nothing waits.");
    out.table(data, [
      { head: "id", cell: ({ id }) => id },
      { head: "by", cell: ({ actor }) => actor },
      { head: "words", cell: ({ text }) => text, elastic: true },
    ]);
    return undefined;
  },
});

const queueEdit = operationCommand("input/edit", {
  positionals: [
    { param: "input_id", required: true, doc: "Id of what waits, from harness thread queue" },
    { param: "text", variadic: true, doc: "The new words; - reads them from standard input" },
  ],
  prepare: async ({ params }, _client, context) => ({
    ...params,
    text: await wordsOf(params["text"], context, "text"),
  }),
  show({ id, text }, { out }) {
    out.facts([
      ["input", id],
      ["words", text],
    ]);
    return undefined;
  },
});

const queueRemove = operationCommand("input/remove", {
  positionals: [{ param: "input_id", required: true, doc: "Id of what waits, from harness thread queue" }],
  show(_, { err }) {
    err.line("Taken out.");
    return undefined;
  },
});

/** The commands about what waits to be said in a thread. */
export const threadQueueCommands: readonly CommandDefinition[] = [queue, queueEdit, queueRemove];
