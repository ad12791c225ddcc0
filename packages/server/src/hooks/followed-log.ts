import type { Clock, Event, EventType } from "@harness/protocol";
import { dropPlace, type EventLog, keepPlace, readPlace } from "../events/index.ts";
import type { Storage } from "../storage/index.ts";

/** What following the log needs. */
export interface FollowedLogDeps {
  readonly log: EventLog;
  readonly storage: Pick<Storage, "reader">;
  readonly clock: Clock;
  /** Types of events that may be told; none when nobody is to be told of any. */
  readonly types: readonly EventType[];
  /** Whether anybody is told of this event. */
  readonly wants: (event: Event) => boolean;
  /** Tells of an event; resolves with whether that came to its end. */
  readonly tell: (event: Event) => Promise<boolean>;
  /** Called when events from before the start are left out. */
  readonly leftOut: (events: number) => void;
  readonly logger: { warn(facts: object, message: string): void };
}

/** Events that are being told before more of the log is read. */
const UNDER_WAY = 64;
const PAGE = 100;
/** What is told of the time before a start: the newest events, of one day. */
const MOST_BEFORE = 1000;
const LONGEST_BEFORE_MS = 24 * 3_600_000;
/** Events nobody is told of, after which the place is kept all the same. */
const UNTOLD = 1000;

/**
 * Tells what happens from the log itself, so that nothing is missed while the server is down. The place is kept after
 * what was told has come to its end: a server that dies in between tells it again at the next start.
 *
 *     kept ─ done, done ─┬─ under way, done, under way ─┬─ not read yet ─ head
 *                  the place moves to here        the log is the queue
 */
export class FollowedLog {
  readonly #deps: FollowedLogDeps;
  readonly #underWay = new Map<number, Promise<void>>();
  #unlisten = () => {};
  #read = 0;
  #kept = 0;
  #ended = false;
  #closed = false;
  #pumping: Promise<void> | undefined;
  #again = false;

  constructor(deps: FollowedLogDeps) {
    this.#deps = deps;
  }

  /** Finds its place and goes on from there; who never followed before begins at the end of the log. */
  async open(): Promise<void> {
    const { log, storage, types } = this.#deps;
    if (types.length === 0) {
      await log.write((tx) => dropPlace(tx, "hooks"));
      return;
    }
    const known = await readPlace(storage.reader, "hooks");
    this.#read = known === undefined ? log.headSeq : await this.#bounded(known);
    this.#kept = this.#read;
    await log.write((tx) => keepPlace(tx, "hooks", this.#kept));
    this.#unlisten = log.listen((events) => {
      if (events.some(({ type }) => types.includes(type))) this.#wake();
    });
    this.#wake();
  }

  /** Reads no more. What is under way may still end, and is then not told again. */
  stop(): void {
    this.#closed = true;
    this.#unlisten();
  }

  /** Keeps the last place. To be called when nothing is being told any more. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay.values());
    await this.#pumping;
    if (this.#deps.types.length > 0) await this.#keep(0);
  }

  #wake(): void {
    this.#again = true;
    this.#pumping ??= this.#pump()
      .catch((error: unknown) => {
        this.#deps.logger.warn({ err: error }, "the log could not be read for hooks");
      })
      .finally(() => {
        this.#pumping = undefined;
        if (this.#again) this.#wake();
      });
  }

  async #pump(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      await this.#readOn();
      await this.#keep(this.#ended ? 0 : UNTOLD);
      this.#ended = false;
    }
  }

  async #readOn(): Promise<void> {
    const { log, types } = this.#deps;
    while (!this.#closed && this.#underWay.size < UNDER_WAY) {
      const upTo = log.headSeq;
      const events = await log.read({ afterSeq: this.#read, filter: { types }, limit: PAGE, upTo });
      if (this.#closed) return;
      for (const event of events) if (this.#deps.wants(event)) this.#begin(event);
      const last = events.at(-1);
      this.#read = last !== undefined && events.length === PAGE ? last.seq : upTo;
      if (events.length < PAGE) return;
    }
  }

  #begin(event: Event): void {
    const telling = this.#deps.tell(event).then((done) => {
      // What was cut short stays under way: it is told again by the next server.
      if (!done) return;
      this.#underWay.delete(event.seq);
      this.#ended = true;
      this.#wake();
    });
    this.#underWay.set(event.seq, telling);
  }

  /** Keeps the place when it is more than so many events ahead of what is kept. */
  async #keep(ahead: number): Promise<void> {
    const place = this.#underWay.size === 0 ? this.#read : Math.min(...this.#underWay.keys()) - 1;
    if (place - this.#kept <= ahead) return;
    const kept = await this.#deps.log
      .write((tx) => keepPlace(tx, "hooks", place))
      // A place that cannot be kept is an old one: more is told twice, nothing is missed.
      .then(
        () => true,
        () => false,
      );
    if (kept) this.#kept = place;
  }

  /** The place to go on from after a start, so that no flood of old news comes. */
  async #bounded(known: number): Promise<number> {
    const { log, types, clock, wants, leftOut } = this.#deps;
    const oldest = clock.now() - LONGEST_BEFORE_MS;
    const upTo = log.headSeq;
    const seqs: number[] = [];
    let from = known;
    let old = 0;
    for (let after = known; ; ) {
      const page = await log.read({ afterSeq: after, filter: { types }, upTo });
      for (const event of page.filter(wants)) {
        if (Date.parse(event.at) < oldest) {
          old += 1;
          from = event.seq;
        } else seqs.push(event.seq);
      }
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.seq;
    }
    const many = Math.max(0, seqs.length - MOST_BEFORE);
    if (many > 0) from = seqs[many - 1] ?? from;
    if (old + many > 0) leftOut(old + many);
    return from;
  }
}
