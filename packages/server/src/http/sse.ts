import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { Frame } from "../events/index.ts";
import { type FeedSource, runFeed } from "./run-feed.ts";

/** Characters written at a time: what a client that stops reading can hold on to, besides one event. */
const WRITE_CHARS = 64 * 1024;

export interface SseOptions<F = Frame> {
  readonly response: ServerResponse;
  readonly cursor: FeedSource<F>;
  readonly heartbeatMs: number;
  /** How long a client may leave its socket full before it is dropped; it resumes from its cursor. */
  readonly drainMs: number;
  /** The first to abort ends the stream: the server closes, or the token it was opened with is over. */
  readonly signals: readonly AbortSignal[];
  /** The text of one event on the wire. */
  readonly encode: (frame: F) => string;
  /** Asked when the feed is caught up after an event of it; a text is sent as the last one and ends the stream. */
  readonly atEnd?: () => Promise<string | undefined>;
}

/** The headers of every event stream. */
export const sseHeaders = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  connection: "close",
  "x-accel-buffering": "no",
} as const;

/**
 * Writes a feed to one client until it leaves, the feed ends or the server closes. Nothing is queued here: writing
 * stops while the socket is full and goes on from the cursor; a client that does not read for long is dropped.
 * Rejects when the feed cannot be read; the connection is broken then, so that the client comes back.
 */
export async function streamSse<F>(options: SseOptions<F>): Promise<void> {
  const { response, cursor } = options;
  // One signal of its own: a composite of two costs a thousand clients more than their events.
  const over = new AbortController();
  const end = () => over.abort();
  response.on("close", end).on("error", end);
  for (const signal of options.signals) signal.addEventListener("abort", end, { once: true });
  // A heartbeat carries no id: it must not move the client's cursor.
  const beat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(": heartbeat\n\n");
  }, options.heartbeatMs);
  try {
    if (options.signals.some((signal) => signal.aborted)) end();
    await writeFeed(options, over.signal);
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
  } finally {
    clearInterval(beat);
    for (const signal of options.signals) signal.removeEventListener("abort", end);
    cursor.close();
  }
}

async function writeFeed<F>(options: SseOptions<F>, signal: AbortSignal): Promise<void> {
  const { cursor, atEnd, response } = options;
  const write = (frames: readonly F[]) => writeFrames(frames, options, signal);
  const last = await runFeed({ cursor, write, atEnd }, signal);
  if (last !== undefined) response.write(last);
}

/** Writes frames a portion at a time; false when the client is gone. */
async function writeFrames<F>(
  frames: readonly F[],
  { response, encode, drainMs }: SseOptions<F>,
  signal: AbortSignal,
): Promise<boolean> {
  let text = "";
  for (const [index, frame] of frames.entries()) {
    text += encode(frame);
    if (text.length < WRITE_CHARS && index < frames.length - 1) continue;
    if (!response.write(text) && !(await drained(response, drainMs, signal))) return false;
    text = "";
  }
  return true;
}

/** Waits for a full socket to empty; false, and the socket gone, when it takes too long. */
export async function drained(
  response: ServerResponse,
  drainMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), drainMs);
  try {
    await once(response, "drain", { signal: AbortSignal.any([signal, late.signal]) });
    return true;
  } catch {
    response.destroy();
    return false;
  } finally {
    clearTimeout(timer);
  }
}
