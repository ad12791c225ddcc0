import { editInput, getThread, queueOf, takeInput } from "../threads/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";

/** What waits in the queue of a conversation. */
export function inputHandlers(
  deps: OperationsDeps,
): Pick<Handlers, Extract<keyof Handlers, `input/${string}`>> {
  return {
    "input/list": async ({ thread_id }) => {
      await getThread(deps.storage.reader, thread_id);
      return { data: await queueOf(deps.storage.reader, thread_id) };
    },
    "input/edit": ({ input_id, text }, caller) =>
      deps.log.write((tx) => editInput(tx, input_id, text, caller.actor)),
    "input/remove": async ({ input_id }, caller) => {
      await deps.log.write((tx) => takeInput(tx, input_id, "removed", caller.actor));
      return { removed: true as const };
    },
  };
}
