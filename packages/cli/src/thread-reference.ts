import { idPattern } from "@harness/protocol";
import type { Client } from "./connection.ts";
import { CommandFailure, exitCodes } from "./failure.ts";
import { findNamed } from "./reference.ts";

/** The full id of a thread named by its id, by the end of its id, or by `last`, the newest one. */
export function findThread(client: Client, text: string): Promise<string> {
  return findNamed(text, {
    kind: "thread",
    word: "thread",
    field: "thread_id",
    list: "thread list",
    newest: async (limit) => (await client.call("thread/list", { limit })).data,
  });
}

/** The full id of a turn named by its id, or by its thread: the newest turn of that. */
export async function findTurn(client: Client, text: string): Promise<string> {
  if (idPattern("turn").test(text)) return text;
  const thread_id = await findThread(client, text);
  const { turn_history } = await client.call("thread/get", { thread_id });
  const turn = turn_history.findLast(({ rolled_back }) => !rolled_back);
  if (turn) return turn.id;
  throw new CommandFailure("turn_not_found", `Thread ${thread_id} has no turn yet.`, {
    exitCode: exitCodes.usage,
    field: "turn_id",
    hint: `Say something: harness thread say ${thread_id} "what to do"`,
  });
}

/** The full id of an approval named by its id; a pending one also by the end of its id, or by `last`. */
export function findApproval(client: Client, text: string): Promise<string> {
  return findNamed(text, {
    kind: "approval",
    word: "approval",
    field: "approval_id",
    list: "approval list",
    newest: async (limit) => (await client.call("approval/list", { limit })).data,
  });
}
