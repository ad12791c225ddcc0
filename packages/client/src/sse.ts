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
  for await (const chunk of body) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    const messages = ready;
    ready = [];
    yield* messages;
  }
}
