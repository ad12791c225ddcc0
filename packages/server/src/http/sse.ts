import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FeedCursor, Frame } from "../events/index.ts";

/** How long a client may leave its socket full before it is dropped (milliseconds); it resumes from its cursor. */
const DRAIN_MS = 30_000;

export interface SseOptions {
  readonly response: ServerResponse;
  readonly cursor: FeedCursor;
  readonly heartbeatMs: number;
  /** Aborted when the server closes. */
  readonly signal: AbortSignal;
  /** The text of one event on the wire. */
  readonly encode: (frame: Frame) => string;
  /** Asked when the feed is caught up; a text is sent as the last one and ends the stream. */
  readonly atEnd?: () => Promise<string | undefined>;
}

/** The headers of every event stream. */
export const sseHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  connection: "keep-alive",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
} as const;

/**
 * Writes a feed to one client until it leaves, the feed ends or the server closes. Nothing is queued here: writing
 * stops while the socket is full and goes on from the cursor; a client that does not read for long is dropped.
 */
export async function streamSse(options: SseOptions): Promise<void> {
  const { response, cursor, heartbeatMs } = options;
  const gone = new AbortController();
  const leave = () => gone.abort();
  response.on("close", leave).on("error", leave);
  const signal = AbortSignal.any([gone.signal, options.signal]);
  // A heartbeat carries no id: it must not move the client's cursor.
  const beat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(": heartbeat\n\n");
  }, heartbeatMs);
  try {
    while (!signal.aborted) {
      const frames = await cursor.take();
      if (frames.length > 0) {
        if (!response.write(frames.map(options.encode).join("")) && !(await drained(response, signal)))
          return;
        continue;
      }
      const last = await options.atEnd?.();
      if (last !== undefined) {
        // What came between the last look and the question about the end still goes first.
        const more = await cursor.take();
        if (more.length > 0) {
          response.write(more.map(options.encode).join(""));
          continue;
        }
        response.write(last);
        return;
      }
      await cursor.wait(signal);
    }
  } finally {
    clearInterval(beat);
    cursor.close();
    response.end();
  }
}

/** Waits for a full socket to empty; false, and the socket gone, when it takes too long. */
async function drained(response: ServerResponse, signal: AbortSignal): Promise<boolean> {
  try {
    await once(response, "drain", { signal: AbortSignal.any([signal, AbortSignal.timeout(DRAIN_MS)]) });
    return true;
  } catch {
    response.destroy();
    return false;
  }
}
