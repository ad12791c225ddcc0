import { type ModelCall, type Position, positionOf } from "./conversation.ts";
import type { Scenario, ScriptedUsage, Step, Verb } from "./scenario.ts";
import { toolCallFor } from "./tool-words.ts";

/** A tool call in the client's own words. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the scripted model answers to one call. */
export type Reply =
  | {
      readonly kind: "answer";
      /** Unique in the conversation: clients merge messages that share an id. */
      readonly id: string;
      readonly step: string;
      readonly delay_ms: number;
      readonly text: string;
      readonly calls: readonly ToolCall[];
      readonly usage: ScriptedUsage;
    }
  | {
      readonly kind: "error";
      readonly step: string;
      readonly delay_ms: number;
      readonly status: number;
      readonly type: string;
      readonly message: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly details: Readonly<Record<string, unknown>>;
    };

const DEFAULT_USAGE: ScriptedUsage = { input_tokens: 100, output_tokens: 20, cached_tokens: 0 };

/** Chooses the answer to a call: pure, so the same history always gets the same answer. */
export function replyTo(scenario: Scenario, call: ModelCall): Reply {
  const position = positionOf(call.history);
  const index = scenario.steps.findIndex((step) => matches(step, position));
  const step = scenario.steps[index];
  if (step === undefined) return noStep(scenario, position);
  const verbs = step.answers[position.answered] ?? [{ say: "The scripted step has no further answer." }];
  return perform(step, verbs, call, `${index}_${position.turn}_${position.answered}`);
}

function matches(step: Step, position: Position): boolean {
  const { role, round, prompt, turn } = step.match;
  if (role !== undefined && marker(position.prompt, "Role") !== role) return false;
  if (round !== undefined && marker(position.prompt, "Round") !== String(round)) return false;
  if (prompt !== undefined && !new RegExp(prompt, "m").test(position.prompt)) return false;
  return turn === undefined || turn === position.turn;
}

/** The value of the first line `<name>: value`. */
function marker(prompt: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.+?)[ \\t]*$`, "m").exec(prompt)?.[1];
}

function noStep(scenario: Scenario, position: Position): Reply {
  const start = JSON.stringify(position.prompt.slice(0, 200));
  const message = `No step of the scripted scenario "${scenario.name}" matches turn ${position.turn}: ${start}`;
  return {
    kind: "error",
    step: "(none)",
    delay_ms: 0,
    status: 400,
    type: "invalid_request_error",
    message,
    headers: {},
    details: {},
  };
}

function perform(step: Step, verbs: readonly Verb[], call: ModelCall, key: string): Reply {
  let delay = 0;
  let usage = DEFAULT_USAGE;
  const texts: string[] = [];
  const calls: ToolCall[] = [];
  for (const verb of verbs) {
    if ("delay_ms" in verb) delay += verb.delay_ms;
    else if ("usage" in verb) usage = verb.usage;
    else if ("say" in verb) texts.push(verb.say);
    else if ("error" in verb) return { kind: "error", step: step.name, delay_ms: delay, ...verb.error };
    else {
      const translated = toolCallFor(verb, call.tools);
      if (typeof translated === "string") texts.push(translated);
      else calls.push({ id: `scripted_${key}_${calls.length}`, ...translated });
    }
  }
  return { kind: "answer", id: key, step: step.name, delay_ms: delay, text: texts.join("\n"), calls, usage };
}
