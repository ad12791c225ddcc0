import type { Event, Item, Result } from "@harness/protocol";
import type { Context } from "../command.ts";
import type { Client } from "../connection.ts";
import { exitCodes } from "../failure.ts";
import { neutralJson } from "../terminal/neutral.ts";
import { eventLine, tell } from "../terminal/progress.ts";
import { showApproval } from "./approval-page.ts";

/** What was said, and after which event its answer comes. */
interface Said {
  readonly thread_id: string;
  readonly said: Result<"turn/start">;
  readonly after_seq: number;
}

/** Follows what a person said to the end of its turn and answers the exit code; from the queue it becomes a turn first. */
export async function followSaid(client: Client, context: Context, what: Said): Promise<number> {
  const leaving = new AbortController();
  const off = context.surroundings.onSignal(() => leaving.abort());
  const { thread_id, after_seq, said } = what;
  const page = new TurnPage(context);
  let turn = said.turn_id;
  let taken = false;
  try {
    for await (const { event } of client.stream(
      "thread",
      { thread_id, after_seq },
      { signal: leaving.signal },
    )) {
      if (event.type === "input.removed" && event.data.input_id === said.input_id) {
        if (event.data.why === "removed") {
          context.err.line("It was taken out of the queue.");
          return exitCodes.internal;
        }
        taken = true;
      }
      if (taken && event.type === "turn.started") turn ??= event.turn_id;
      if (event.type === "thread.deleted") return exitCodes.internal;
      if (turn === null || event.turn_id !== turn) continue;
      page.show(event);
      if (event.type === "turn.ended")
        return event.data.status === "completed" ? exitCodes.ok : exitCodes.internal;
    }
    return exitCodes.cancelled;
  } finally {
    off();
  }
}

/** A turn as it happens: on a terminal its words as they come, elsewhere whole items; with `--json` every event. */
class TurnPage {
  readonly #context: Context;
  /** Whether words of a message that is not whole yet are on the screen. */
  #speaking = false;
  #spoke = false;

  constructor(context: Context) {
    this.#context = context;
  }

  show(event: Event): void {
    const { json, surroundings, out } = this.#context;
    if (json) {
      surroundings.stdout.write(`${neutralJson(event)}\n`);
      return;
    }
    if (event.type === "message.delta") {
      if (out.isTerminal) this.#speak(event.data.text);
      return;
    }
    if (event.type === "item.completed" && this.#isSpoken(event.data.item)) return;
    this.#pause();
    if (event.type === "approval.requested") showApproval(event.data.approval, this.#context);
    else if (event.type !== "turn.started") tell(eventLine(event.type, event.data), out, "", true);
  }

  #speak(text: string): void {
    this.#context.out.piece(text);
    this.#speaking = !text.endsWith("\n");
    this.#spoke = true;
  }

  #pause(): void {
    if (this.#speaking) this.#context.out.line();
    this.#speaking = false;
  }

  /** What a person said is on the screen already, and so is a message that came in pieces. */
  #isSpoken(item: Item): boolean {
    if (item.kind !== "message") return false;
    if (item.role === "user") return true;
    const spoke = this.#spoke;
    this.#spoke = false;
    if (spoke) this.#pause();
    return spoke;
  }
}
