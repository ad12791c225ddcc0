import type { Item } from "@harness/protocol";
import type { AgentEvent } from "../agents/index.ts";
import type { TurnRecorder } from "./turn-recorder.ts";

/** Writes down what an agent reports while its turn runs, each field cut to a bounded size. */
export async function recordItem(
  recorder: TurnRecorder,
  event: Exclude<AgentEvent, { type: "ended" }>,
): Promise<void> {
  switch (event.type) {
    case "message_delta":
      return recorder.delta(event.text);
    case "output_delta":
      return recorder.output(event.item_id, event.text);
    case "item":
      return recorder.push({ type: `item.${event.phase}`, data: { item: clip(event.item) } });
    case "warning":
      return recorder.push({ type: "turn.warning", data: { message: shortened(event.message, 4096) } });
    default:
      return undefined;
  }
}

/** Longest text of one field of an item in the log. */
const FIELD_CAP = 16_384;

function clip(item: Item): Item {
  const cut = (text: string | undefined) => (text === undefined ? text : shortened(text, FIELD_CAP));
  const input = item.input === undefined ? undefined : JSON.stringify(item.input);
  return {
    ...item,
    text: cut(item.text),
    command: cut(item.command),
    output: cut(item.output),
    input:
      input === undefined || input.length <= FIELD_CAP ? item.input : { cut: true, characters: input.length },
  };
}

/** Head and tail of a text, with a mark where it was cut: a redactor looks for halves of secrets there. */
export function shortened(text: string, cap: number): string {
  if (text.length <= cap) return text;
  return `${text.slice(0, cap / 2)}\n[${text.length - cap} characters cut]\n${text.slice(-cap / 2)}`;
}
