import { type Event, type EventScope, type EventType, eventData } from "@harness/protocol";
import type { Database } from "../storage/index.ts";

/** Which events a feed or a query is about; absent means all. */
export interface EventFilter {
  readonly task_id?: string | undefined;
  readonly project_id?: string | undefined;
  readonly thread_id?: string | undefined;
  readonly types?: readonly string[] | undefined;
}

/** An event about to be stored: `at` is epoch milliseconds. */
export interface StoredEvent extends EventScope {
  readonly seq: number;
  readonly at: number;
  readonly type: EventType;
  readonly actor: string;
  readonly data: unknown;
}

/** The row of an event. */
export function eventRow(event: StoredEvent): Database["events"] {
  return {
    seq: event.seq,
    at: event.at,
    type: event.type,
    project_id: event.project_id ?? null,
    task_id: event.task_id ?? null,
    thread_id: event.thread_id ?? null,
    turn_id: event.turn_id ?? null,
    actor: event.actor,
    data: JSON.stringify(event.data),
  };
}

/** The event that was just stored; its data has been through its schema. */
export function toEvent(stored: StoredEvent): Event {
  const { project_id = null, task_id = null, thread_id = null, turn_id = null } = stored;
  return {
    ...stored,
    project_id,
    task_id,
    thread_id,
    turn_id,
    at: new Date(stored.at).toISOString(),
  } as Event;
}

/** The event of a row. An event of an unknown type (a newer version's) fails here rather than passing half-read. */
export function parseEventRow(row: Database["events"]): Event {
  const type = row.type as EventType;
  const data: unknown = JSON.parse(row.data);
  const schema = eventData[type];
  return { ...row, type, at: new Date(row.at).toISOString(), data: schema.parse(data) } as Event;
}

/** Whether an event belongs to a filter. */
export function matches(filter: EventFilter, event: Event): boolean {
  if (filter.task_id && event.task_id !== filter.task_id) return false;
  if (filter.project_id && event.project_id !== filter.project_id) return false;
  if (filter.thread_id && event.thread_id !== filter.thread_id) return false;
  return !filter.types || filter.types.length === 0 || filter.types.includes(event.type);
}
