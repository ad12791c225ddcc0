import { type Intervention, isHarnessError } from "@harness/protocol";
import { getTask, interventionsOf, markDelivered } from "../tasks/index.ts";
import { turnHistory } from "../threads/index.ts";
import type { OperationsDeps } from "./deps.ts";

/** How long an answer waits to tell that the running turn has heard (milliseconds); it may hear a little later. */
const ANSWER_MS = 1_000;

/**
 * Gives what a person said to the implementer's running turn, when its agent takes words while it works, and marks it
 * as heard. Answers how it stands after a moment: an agent that was only just started takes a while to listen.
 */
export async function steerTask(
  deps: OperationsDeps,
  taskId: string,
  said: Intervention,
): Promise<Intervention> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ANSWER_MS);
  // What could not be given now is told with the next prompt: nothing is lost by it.
  const steering = steer(deps, taskId, said).catch(() => {});
  await Promise.race([steering, late.promise]);
  clearTimeout(timer);
  const all = await interventionsOf(deps.storage.reader, taskId);
  return all.find(({ number }) => number === said.number) ?? said;
}

async function steer(deps: OperationsDeps, taskId: string, said: Intervention): Promise<void> {
  const turns = await turnHistory(deps.storage.reader, taskId);
  const running = turns.findLast(({ status, role }) => status === "running" && role === "implementer");
  if (!running || !deps.turns.live.has(running.id)) return;
  try {
    await deps.turns.live.steer(running.id, said.guidance, said.actor);
  } catch (error) {
    if (isHarnessError(error, "turn_not_running") || isHarnessError(error, "turn_not_steerable")) return;
    throw error;
  }
  await deps.log.write(async (tx) =>
    markDelivered(tx, await getTask(tx.db, taskId), [said.number], "steered", said.actor),
  );
}
