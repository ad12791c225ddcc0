import { HarnessError, operations, type Parsed, type Result } from "@harness/protocol";
import { getApproval, withdrawOfTurn } from "../approvals/index.ts";
import type { WriteTx } from "../events/index.ts";
import { findTask, isTerminal, once } from "../tasks/index.ts";
import {
  endTurn,
  getThread,
  getTurn,
  itemsOfTurn,
  presentTurn,
  queueInput,
  type ThreadRecord,
  threadScope,
} from "../threads/index.ts";
import { decideApproval } from "../turns/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller, Handlers } from "./invoke.ts";
import { refuseWhenDraining } from "./project-handlers.ts";
import { strategyWord } from "./thread-handlers.ts";
import { telemetryOf } from "./turn-telemetry.ts";

type Names = Exclude<Extract<keyof Handlers, `turn/${string}`>, "turn/replay">;
type Said = Result<"turn/start">;

/** Items of a turn that are shown at once. */
const SHOWN_ITEMS = 500;
const saidResult = (value: unknown): Said => operations["turn/start"].result.parse(value);

/** What a person says to an agent, and does to a turn. */
export function turnHandlers(deps: OperationsDeps): Pick<Handlers, Names> {
  return {
    "turn/start": (params, caller) => say(deps, params, caller),
    "turn/status": async ({ turn_id }) => {
      const db = deps.storage.reader;
      const turn = await getTurn(db, turn_id);
      return {
        ...presentTurn(turn),
        items: await itemsOfTurn(db, turn_id, SHOWN_ITEMS),
        telemetry: await telemetryOf(db, turn),
      };
    },
    "turn/steer": async ({ turn_id, instruction }, caller) => {
      await getTurn(deps.storage.reader, turn_id);
      await deps.turns.live.steer(turn_id, instruction, caller.actor);
      return { steered: true as const };
    },
    "turn/cancel": async ({ turn_id }, caller) => {
      await interrupt(deps, turn_id, caller.actor);
      return { cancelled: true as const };
    },
    "turn/respond_approval": async ({ turn_id, request_id, decision }, caller) => {
      await getTurn(deps.storage.reader, turn_id);
      const approval = await getApproval(deps.storage.reader, request_id);
      if (approval.turn_id !== turn_id)
        throw new HarnessError(
          "approval_not_found",
          `Turn ${turn_id} asked nothing with the id ${request_id}.`,
        );
      const status = decision.decision === "accept" ? ("allowed" as const) : ("denied" as const);
      const reason = decision.reason === undefined ? {} : { reason: decision.reason };
      await deps.log.write((tx) =>
        decideApproval(tx, request_id, { status, scope: "once", ...reason, by: caller.actor }, deps.newId),
      );
      return { responded: true as const };
    },
  };
}

/** A person's words: the next turn, the queue, or the middle of the turn that runs. */
async function say(
  deps: OperationsDeps,
  { idempotency_key, ...params }: Parsed<"turn/start">,
  caller: Caller,
): Promise<Said> {
  refuseWhenDraining(deps);
  const { thread_id, input, when_busy = "reject" } = params;
  const execution_strategy = strategyWord(params.execution_strategy);
  const running = deps.turns.live.ofThread(thread_id);
  if (when_busy === "steer" && running !== undefined) {
    if (execution_strategy !== null)
      throw noStrategy(`turn ${running} runs and goes on as it was begun. Leave it out, or queue the words.`);
    await deps.turns.live.steer(running, input, caller.actor);
    return { turn_id: running, input_id: null, outcome: "steered" };
  }
  const said = await deps.log.write((tx) =>
    once(tx, "turn/start", idempotency_key, params, saidResult, async () => {
      const thread = await getThread(tx.db, thread_id);
      const queue = when_busy === "queue";
      const words = { input, execution_strategy, queue, actor: caller.actor };
      if (thread.task_id === null) return deps.conversations.say(tx, thread, words);
      if (execution_strategy !== null)
        throw noStrategy(`task ${thread.task_id} says how its turns are answered. Leave it out.`);
      return sayToTask(deps, tx, thread, words);
    }),
  );
  deps.conversations.wake(thread_id, { anew: said.outcome === "queued" });
  return said;
}

function noStrategy(why: string): HarnessError {
  return new HarnessError("invalid_params", `execution_strategy: ${why}`, { field: "execution_strategy" });
}

/** The thread of a task that runs takes words for its next turn; else the task decides over it. */
async function sayToTask(
  deps: OperationsDeps,
  tx: WriteTx,
  thread: ThreadRecord,
  said: { readonly input: string; readonly queue: boolean; readonly actor: string },
): Promise<Said> {
  const task = await findTask(tx.db, thread.task_id ?? "");
  if (
    !task ||
    isTerminal(task.status) ||
    task.current_attempt_id === null ||
    task.status === "publishing" ||
    thread.role !== "implementer"
  )
    throw new HarnessError(
      "thread_of_task",
      `Thread ${thread.id} is the ${thread.role}'s of task ${thread.task_id}, which is ${task?.status ?? "gone"}. Have the task revised (harness task revise ${thread.task_id} "what to change"), or fork the thread to talk on.`,
    );
  if (!said.queue)
    throw new HarnessError(
      "thread_busy",
      `Task ${thread.task_id} is ${task.status}. Queue the words (when_busy: queue) or steer the running turn.`,
    );
  const { max_queued_inputs: most } = deps.config.limits;
  const queued = await queueInput(tx, thread, { text: said.input, actor: said.actor, most }, deps.newId);
  return { turn_id: null, input_id: queued.id, outcome: "queued" };
}

/** Stops a turn that runs, or gives up one that waits without a process. */
async function interrupt(deps: OperationsDeps, turnId: string, actor: string): Promise<void> {
  const turn = await getTurn(deps.storage.reader, turnId);
  if (turn.status === "waiting" && turn.task_id === null) {
    const thread = await getThread(deps.storage.reader, turn.thread_id);
    await deps.conversations.dismiss(turn, async (tx) => {
      await withdrawOfTurn(tx, turnId, `the turn was interrupted by ${actor}`);
      const end = { status: "cancelled", failure: null, usage: turn.usage } as const;
      const data = { ...end, commit: turn.commit };
      await tx.append({ ...threadScope(thread), turn_id: turnId, type: "turn.ended", actor, data });
      await endTurn(tx, turnId, end);
    });
    return;
  }
  if (
    turn.task_id === null
      ? await deps.conversations.interrupt(turn, actor)
      : deps.turns.live.interrupt(turnId, actor)
  )
    return;
  throw new HarnessError(
    "turn_not_running",
    `Turn ${turnId} is ${turn.status}: there is nothing to interrupt.`,
  );
}
