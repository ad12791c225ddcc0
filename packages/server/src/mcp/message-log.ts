import type { EventId, EventStore, JSONRPCMessage, StreamId } from "@modelcontextprotocol/server";

/** What a session keeps for a host that comes back. */
const MOST_MESSAGES = 256;
const MOST_CHARS = 1024 * 1024;

interface Kept {
  readonly id: number;
  readonly stream: StreamId;
  readonly message: JSONRPCMessage;
  readonly chars: number;
}

/**
 * The newest messages of one session, so that a host whose stream was cut goes on where it was with `Last-Event-ID`.
 * What is no longer there is refused, never skipped. Nothing of one session is ever seen in another.
 */
export class MessageLog implements EventStore {
  #kept: Kept[] = [];
  #chars = 0;
  #last = 0;

  async storeEvent(stream: StreamId, message: JSONRPCMessage): Promise<EventId> {
    this.#last += 1;
    const kept: Kept = { id: this.#last, stream, message, chars: JSON.stringify(message).length };
    this.#kept.push(kept);
    this.#chars += kept.chars;
    while (this.#kept.length > 1 && (this.#kept.length > MOST_MESSAGES || this.#chars > MOST_CHARS))
      this.#chars -= this.#kept.shift()?.chars ?? 0;
    return String(kept.id);
  }

  async getStreamIdForEventId(eventId: EventId): Promise<StreamId | undefined> {
    return this.#kept.find(({ id }) => String(id) === eventId)?.stream;
  }

  async replayEventsAfter(
    lastEventId: EventId,
    { send }: { send: (eventId: EventId, message: JSONRPCMessage) => Promise<void> },
  ): Promise<StreamId> {
    const stream = await this.getStreamIdForEventId(lastEventId);
    if (stream === undefined) throw new Error("The event is no longer kept.");
    const missed = this.#kept.filter((kept) => kept.stream === stream && kept.id > Number(lastEventId));
    for (const { id, message } of missed) await send(String(id), message);
    return stream;
  }
}
