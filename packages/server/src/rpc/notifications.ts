import {
  type Event,
  type EventType,
  eventMethod,
  eventTypes,
  type RpcNotificationName,
} from "@harness/protocol";
import type { Frame } from "../events/index.ts";
import { underscored } from "./methods.ts";

/** Writes events as notifications. Events of the log are the same objects for every client: each is written once. */
export class NotificationTexts {
  readonly #heads = new WeakMap<Event, string>();

  /** The text of the notification that tells of an event. */
  of({ event, json, prev_seq }: Frame): string {
    let head = this.#heads.get(event);
    if (head === undefined) {
      const { method, params } = toNotification(event);
      // An event was encoded once for every feed already.
      const inner = params ? JSON.stringify(params).slice(1, -1) : `"seq":${event.seq},"event":${json}`;
      head = `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":{${inner}`;
      this.#heads.set(event, head);
    }
    return `${head},"prev_seq":${prev_seq}}}`;
  }
}

/**
 * The method and parameters of the notification that tells of an event (CONTRACT.md 1.3), without `prev_seq`, which is
 * the feed's; without parameters for one that carries the event as it is.
 */
export function toNotification(event: Event): {
  readonly method: RpcNotificationName;
  readonly params?: Readonly<Record<string, unknown>>;
} {
  const method = eventMethod(event.type);
  if (method === "event") return { method };
  const { seq, at, project_id, task_id, thread_id, turn_id } = event;
  return { method, params: { seq, at, project_id, task_id, thread_id, turn_id, ...dataOf(event) } };
}

/** The data of an event in the words of its notification. */
function dataOf(event: Event): object {
  switch (event.type) {
    case "turn.ended": {
      const { usage, ...rest } = event.data;
      return { ...rest, token_usage: usage };
    }
    case "approval.requested": {
      const { approval } = event.data;
      return { request_id: approval.id, command: approval.command, approval };
    }
    default:
      return event.data;
  }
}

/** A notification that is about no event. */
export function notificationText(method: RpcNotificationName, params: object): string {
  return JSON.stringify({ jsonrpc: "2.0", method, params });
}

/** Which notifications a connection did not opt out of. Names nobody knows mean nothing, as those of a newer client. */
export class Wanted {
  readonly #unwanted: ReadonlySet<string>;

  constructor(optOut: readonly string[]) {
    this.#unwanted = new Set(optOut.map(underscored));
  }

  has(method: RpcNotificationName): boolean {
    return !this.#unwanted.has(underscored(method));
  }

  /**
   * The types of event a feed must carry, so that `prev_seq` chains what is really sent: undefined for all, empty for
   * none at all.
   */
  types(asked: readonly EventType[] | undefined): readonly EventType[] | undefined {
    const all = asked !== undefined && asked.length > 0 ? asked : eventTypes;
    const wanted = all.filter((type) => this.has(eventMethod(type)));
    return wanted.length === eventTypes.length ? undefined : wanted;
  }
}
