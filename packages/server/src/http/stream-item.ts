import { type Event, type StreamItem, type TaskStatus, terminalStatuses } from "@harness/protocol";

/** The task stream is a projection of the event log: seed 1's items where it has one, every other event by its name. */
export function toStreamItem(event: Event): StreamItem {
  switch (event.type) {
    case "item.started":
      return { type: "item_started", item: event.data.item };
    case "item.completed":
      return { type: "item_completed", item: event.data.item };
    case "message.delta":
      return { type: "message_delta", text: event.data.text };
    case "tool.output_delta":
      return { type: "tool_output_delta", item_id: event.data.item_id, text: event.data.text };
    case "usage.updated":
      return { type: "token_usage", usage: event.data.usage };
    case "turn.warning":
      return { type: "warning", message: event.data.message };
    case "turn.ended":
      return event.data.failure
        ? { type: "error", ...event.data.failure }
        : { type: "event", event: event.type, data: event.data };
    default:
      return { type: "event", event: event.type, data: event.data };
  }
}

/** True for a status after which a task stream ends, once its last attempt has ended. */
export function endsStream(status: TaskStatus): boolean {
  return (terminalStatuses as readonly string[]).includes(status);
}
