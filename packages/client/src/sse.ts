import { createParser } from "eventsource-parser";

/** One message of an event stream. */
export interface SseMessage {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: string;
}

/** The messages of a response body, as they arrive. Comments, such as heartbeats, are passed over. */
export async function* readSse(body: ReadableStream<Uint8Array>): AsyncGenerator<SseMessage> {
  let ready: SseMessage[] = [];
  const parser = createParser({ onEvent: ({ id, event, data }) => ready.push({ id, event, data }) });
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      parser.feed(decoder.decode(value, { stream: true }));
      const messages = ready;
      ready = [];
      yield* messages;
    }
  } finally {
    // Whoever stops reading lets go of the connection.
    reader.cancel().catch(() => {});
  }
}
