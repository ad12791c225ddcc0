import type { StrategyChoice, Thread, Turn } from "@harness/protocol";
import type { Context, Positional } from "../command.ts";
import { usageFailure } from "../failure.ts";
import { readAll } from "../terminal/ask.ts";
import type { Tone } from "../terminal/screen.ts";

/** How a thread is named on the command line. */
export const threadId: Positional = {
  param: "thread_id",
  required: true,
  doc: "Thread id, the end of one, or last for the newest",
};

/** How a turn is named. */
export const turnId: Positional = {
  param: "turn_id",
  required: true,
  doc: "Turn id, or a thread for its newest turn: its id, the end of one, or last",
};

/** What a person says: the words after the command, or standard input. Fails without any. */
export async function wordsOf(given: unknown, context: Context, param: string): Promise<string> {
  const words = given === "-" ? await readAll(context.surroundings.stdin) : given;
  if (typeof words === "string" && words.trim() !== "") return words;
  throw usageFailure("Say something.", {
    field: param,
    hint: 'For example: harness thread say last "Now add a test"',
  });
}

/** The colour of what a thread or a turn is doing. */
export function toneOf(status: Thread["status"] | Turn["status"]): Tone | undefined {
  if (status === "active" || status === "running") return "cyan";
  if (status === "waiting") return "yellow";
  if (status === "completed") return "green";
  return status === "failed" ? "red" : "dim";
}

/** How a turn is answered and why, in one line. */
export function strategyText({ strategy, set_by, reason }: StrategyChoice): string {
  const whose = { turn: "said with its words", thread: "of the thread", operator: "the operator's setting" };
  return `${strategy} (${whose[set_by]}): ${reason}`;
}
