import type { HarnessClient } from "@harness/client";
import { type Event, type EventType, eventTypes } from "@harness/protocol";

/** Events read at a time. */
const PAGE = 500;

/** What the log of a task tells of, by the first word of the event's type. */
const told: readonly string[] = [
  "task",
  "requirements",
  "plan",
  "module",
  "attempt",
  "stage",
  "workspace",
  "snapshot",
  "turn",
  "policy",
  "hook",
  "sandbox",
  "network",
  "evidence",
  "review",
  "branch",
  "grade",
  "approval",
  "budget",
];

/** The types of events of the structured log; a request may name fifty. What is said word by word is the conversation. */
export const loggedTypes: readonly EventType[] = eventTypes.filter(
  (type) => type === "item.completed" || told.includes(type.slice(0, type.indexOf("."))),
);

/** The events of a task from the oldest that is kept, then as they come; never ends by itself. */
export async function* taskEvents(
  client: HarnessClient,
  task_id: string,
  signal: AbortSignal,
): AsyncGenerator<Event, void, undefined> {
  const type = [...loggedTypes];
  let after_seq = 0;
  for (let more = true; more; ) {
    const page = await client.call("event/query", { task_id, type, after_seq, limit: PAGE }, { signal });
    yield* page.data;
    after_seq = page.last_seq;
    more = page.has_more;
  }
  const topic = { topic: `task:${task_id}`, types: type, after_seq };
  for await (const { event } of client.topic(topic, { signal })) yield event;
}

/** The log of a task as lines of text from the oldest that is kept; ends with the task. */
export function taskLines(
  client: HarnessClient,
  task_id: string,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  return client.log(task_id, { signal });
}
