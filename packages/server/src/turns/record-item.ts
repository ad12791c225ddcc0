import { type AgentEvent, boundedItem, shortened } from "../agents/index.ts";
import type { ItemTimes } from "./item-times.ts";
import type { TurnRecorder } from "./turn-recorder.ts";

/** Writes down what an agent reports while its turn runs, each field cut to a bounded size. */
export async function recordItem(
  recorder: TurnRecorder,
  event: Exclude<AgentEvent, { type: "ended" }>,
  times: ItemTimes,
): Promise<void> {
  switch (event.type) {
    case "message_delta":
      return recorder.delta(event.text);
    case "output_delta":
      return recorder.output(event.item_id, event.text);
    case "item":
      return recorder.push({
        type: `item.${event.phase}`,
        data: { item: { ...boundedItem(event.item), ...times.note(event) } },
      });
    case "warning":
      return recorder.push({ type: "turn.warning", data: { message: shortened(event.message, 4096) } });
    default:
      return undefined;
  }
}
