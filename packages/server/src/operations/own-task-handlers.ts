import { HarnessError } from "@harness/protocol";
import { getTask } from "../tasks/index.ts";
import { getTurn } from "../threads/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller, Handlers } from "./invoke.ts";

const WAIT_SECS = 20;

/** What an agent does with the token of its turn. Which turn, and so which task, the server's own record says. */
export function ownTaskHandlers(
  deps: OperationsDeps,
): Pick<Handlers, "own_task/get" | "own_task/report" | "own_task/ask"> {
  const { live } = deps.turns;
  return {
    "own_task/get": async (_params, caller) => {
      const turn = await getTurn(deps.storage.reader, turnOf(caller));
      if (!turn.task_id || !turn.attempt_id || !live.has(turn.id)) throw notRunning();
      const { id, title, request, status, stage } = await getTask(deps.storage.reader, turn.task_id);
      const { attempt_id } = turn;
      const prompt = request.prompt ?? null;
      return { task_id: id, title, prompt, status, stage, attempt_id, turn_id: turn.id };
    },
    "own_task/report": async ({ text }, caller) => {
      await live.report(turnOf(caller), text);
      return null;
    },
    "own_task/ask": async ({ question, options = [], wait_secs = WAIT_SECS }, caller) => ({
      answer: await live.ask(turnOf(caller), { text: question, options }, wait_secs * 1000),
    }),
  };
}

function turnOf({ turn_id }: Caller): string {
  if (turn_id === undefined) throw notRunning();
  return turn_id;
}

function notRunning(): HarnessError {
  return new HarnessError("turn_not_running", "The turn of this token is not running.");
}
