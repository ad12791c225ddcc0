import type { Event } from "@harness/protocol";
import type { EventLog } from "./event-log.ts";
import { type EventFilter, matches } from "./event-row.ts";

/** One event in a feed, with the seq of the frame before it: a client can prove it missed nothing. */
export interface Frame {
  readonly seq: number;
  readonly prev_seq: number;
  readonly event: Event;
  /** The event as JSON, encoded once for every client. */
  readonly json: string;
}

/** A client's place in the log. It holds no events: a client that does not read costs nothing. */
export interface FeedCursor {
  /** Frames after the cursor that are there now; empty when caught up. */
  take(): Promise<Frame[]>;
  /** Resolves when there may be more, or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
  readonly position: number;
  close(): void;
}

export type OpenedFeed =
  | { readonly status: "ok"; readonly cursor: FeedCursor }
  | { readonly status: "resync_required"; readonly oldest_seq: number; readonly head_seq: number };

interface RingEntry {
  readonly event: Event;
  readonly json: string;
}

/** Bytes of encoded events kept in memory for clients that keep up. */
const RING_BYTES = 4 * 1024 * 1024;
/** Waiting feeds are woken at most this often (milliseconds): a burst of commits is one tick. */
const TICK_MS = 10;
/** Frames handed out at a time. */
const TAKE = 256;

/**
 * Every feed is a cursor over the log, not a queue per client: recent events come from a shared ring bounded by
 * bytes, older ones from the database. Subscribe-then-snapshot is inherent: a cursor only moves forward.
 */
export class Feeds {
  readonly #log: EventLog;
  readonly #ring: RingEntry[] = [];
  #ringBytes = 0;
  #oldest: number;
  readonly #waiting = new Set<() => void>();
  readonly #open = new Set<FeedCursor>();
  #tick: ReturnType<typeof setTimeout> | undefined;
  readonly #unlisten: () => void;

  private constructor(log: EventLog, oldest: number) {
    this.#log = log;
    this.#oldest = oldest;
    this.#unlisten = log.listen((events) => this.#push(events));
  }

  /** Feeds over a log. Reads the oldest seq once; `prune` must be followed by `setOldest`. */
  static async open(log: EventLog): Promise<Feeds> {
    return new Feeds(log, await log.oldestSeq());
  }

  get headSeq(): number {
    return this.#log.headSeq;
  }

  /** Seq of the oldest event that is kept; one past the head while there is none. */
  get oldestSeq(): number {
    return this.#oldest;
  }

  /** The cursors that are open, and how many events the slowest of them is behind the head. */
  get audience(): { readonly cursors: number; readonly lag: number } {
    let slowest = this.headSeq;
    for (const { position } of this.#open) slowest = Math.min(slowest, position);
    return { cursors: this.#open.size, lag: this.headSeq - slowest };
  }

  /** Tells what retention has left. */
  setOldest(seq: number): void {
    this.#oldest = seq;
  }

  /**
   * Opens a feed after a seq, at the head, or with the oldest event that is kept. A cursor older than retention or
   * ahead of the head must resync: what is gone is never skipped in silence.
   */
  open(filter: EventFilter, from: number | "head" | "oldest"): OpenedFeed {
    const head = this.#log.headSeq;
    const start = from === "head" ? head : from === "oldest" ? this.#oldest - 1 : from;
    if (start > head || start < this.#oldest - 1) {
      return { status: "resync_required", oldest_seq: this.#oldest, head_seq: head };
    }
    const cursor = new Cursor(this, filter, start, () => this.#open.delete(cursor));
    this.#open.add(cursor);
    return { status: "ok", cursor };
  }

  close(): void {
    this.#unlisten();
    clearTimeout(this.#tick);
    this.#wake();
  }

  /** Events after `seq`, up to the head, and the seq the reader has then seen everything up to. */
  async page(filter: EventFilter, seq: number): Promise<{ entries: RingEntry[]; seenTo: number }> {
    const first = this.#ring[0];
    if (seq >= this.#log.headSeq) return { entries: [], seenTo: seq };
    if (first && seq >= first.event.seq - 1) return this.#fromRing(filter, seq);
    const upTo = this.#log.headSeq;
    const events = await this.#log.read({ afterSeq: seq, filter, limit: TAKE, upTo });
    const last = events.at(-1);
    return {
      entries: events.map((event) => ({ event, json: JSON.stringify(event) })),
      seenTo: events.length < TAKE || !last ? upTo : last.seq,
    };
  }

  lastSeqOf(filter: EventFilter, upTo: number): Promise<number> {
    return this.#log.lastSeqOf(filter, upTo);
  }

  /** Resolves at the next tick with new events. */
  wait(seq: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || seq < this.#log.headSeq) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener("abort", done);
        this.#waiting.delete(done);
        resolve();
      };
      signal.addEventListener("abort", done, { once: true });
      this.#waiting.add(done);
    });
  }

  #fromRing(filter: EventFilter, seq: number): { entries: RingEntry[]; seenTo: number } {
    const entries: RingEntry[] = [];
    let index = lowerBound(this.#ring, seq + 1);
    let seenTo = seq;
    for (; index < this.#ring.length && entries.length < TAKE; index += 1) {
      const entry = this.#ring[index]!;
      if (matches(filter, entry.event)) entries.push(entry);
      seenTo = entry.event.seq;
    }
    return { entries, seenTo };
  }

  #push(events: readonly Event[]): void {
    for (const event of events) {
      const json = JSON.stringify(event);
      this.#ring.push({ event, json });
      this.#ringBytes += json.length;
    }
    let drop = 0;
    while (this.#ringBytes > RING_BYTES && drop < this.#ring.length - 1) {
      this.#ringBytes -= this.#ring[drop]!.json.length;
      drop += 1;
    }
    if (drop > 0) this.#ring.splice(0, drop);
    if (this.#waiting.size > 0) this.#tick ??= setTimeout(() => this.#wake(), TICK_MS);
  }

  #wake(): void {
    this.#tick = undefined;
    for (const resolve of [...this.#waiting]) resolve();
  }
}

class Cursor implements FeedCursor {
  readonly #feeds: Feeds;
  readonly #filter: EventFilter;
  #position: number;
  /** Seq of the last frame of this feed; found in the log at the first take. */
  #previous: number | undefined;
  #closed = false;

  readonly #onClose: () => void;

  constructor(feeds: Feeds, filter: EventFilter, start: number, onClose: () => void) {
    this.#onClose = onClose;
    this.#feeds = feeds;
    this.#filter = filter;
    this.#position = start;
  }

  get position(): number {
    return this.#position;
  }

  async take(): Promise<Frame[]> {
    if (this.#closed) return [];
    this.#previous ??= await this.#feeds.lastSeqOf(this.#filter, this.#position);
    const { entries, seenTo } = await this.#feeds.page(this.#filter, this.#position);
    const frames: Frame[] = [];
    for (const { event, json } of entries) {
      frames.push({ seq: event.seq, prev_seq: this.#previous, event, json });
      this.#previous = event.seq;
    }
    this.#position = Math.max(this.#position, seenTo);
    return frames;
  }

  async wait(signal: AbortSignal): Promise<void> {
    if (!this.#closed) await this.#feeds.wait(this.#position, signal);
  }

  close(): void {
    this.#closed = true;
    this.#onClose();
  }
}

function lowerBound(ring: readonly RingEntry[], seq: number): number {
  let low = 0;
  let high = ring.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ring[middle]!.event.seq < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
