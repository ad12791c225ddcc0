import type { Clock, NotificationKind } from "@harness/protocol";
import type { NotificationChannel } from "../config/index.ts";
import type { EventLog } from "../events/index.ts";
import type { Database, Storage } from "../storage/index.ts";
import { composeMessage } from "./message.ts";
import { MAX_TRIES, nextBatch, pauseAfter, type Timing } from "./plan.ts";
import { parseQuietHours, quietUntil } from "./quiet-hours.ts";
import { attempt, type Delivery, type Sender } from "./sender.ts";
import { beginBatch, endTry, toNotification, waitingRows } from "./store.ts";

/** A configured channel and what delivers over it. */
export interface Channel {
  readonly config: NotificationChannel;
  readonly sender: Sender;
}

/** What an outbox is built from. */
export interface OutboxDeps {
  readonly log: EventLog;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly logger: { warn(facts: object, message: string): void };
  readonly timeZone: string | null;
  /** Called with "N2" between a delivery and its record, so that a test can die there. */
  readonly failpoint?: (name: string, detail?: string) => void | Promise<void>;
}

type Row = Database["notifications"];
/** After a failure of the database it is tried again so much later (milliseconds). */
const PAUSE_MS = 60_000;
/** How long a stopping server lets a message be delivered (milliseconds). */
const GRACE_MS = 3_000;

/**
 * What waits to be sent over one channel. One message at a time: it is fixed in the database, sent, and its end
 * recorded; whoever dies in between sends the same message again.
 */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #channel: Channel;
  readonly #timing: Timing;
  readonly #abort = new AbortController();
  #sending: Promise<void> | undefined;
  /** It rests until then, after a failure of the database. */
  #heldUp = 0;

  constructor(deps: OutboxDeps, channel: Channel) {
    this.#deps = deps;
    this.#channel = channel;
    const { urgent = [], quiet_hours } = channel.config;
    const hours = quiet_hours === undefined ? undefined : parseQuietHours(quiet_hours, deps.timeZone);
    this.#timing = { urgent, quietUntil: (time) => (hours ? quietUntil(time, hours) : time) };
  }

  /**
   * Begins to send what is due, and calls back when that is over. Returns when something is due next; undefined when
   * nothing waits, or when the call back will tell.
   */
  async sendDue(linkBase: string, ended: () => void): Promise<number | undefined> {
    if (this.#sending) return undefined;
    const { storage, clock } = this.#deps;
    const rows = (await waitingRows(storage.reader, this.#channel.config.name)).map(asWaiting);
    const now = clock.now();
    const batch = nextBatch(rows, this.#timing, now);
    if (!batch) return undefined;
    const at = Math.max(batch.at, this.#heldUp);
    if (at > now) return at;
    const due = batch.rows.map(({ row }) => row);
    this.#sending = this.#deliver(due, linkBase).then(() => {
      this.#sending = undefined;
      ended();
    });
    return undefined;
  }

  /** Lets a message that is on its way arrive, for a moment. */
  async stop(): Promise<void> {
    const late = setTimeout(() => this.#abort.abort(), GRACE_MS);
    await this.#sending;
    clearTimeout(late);
  }

  /** Never rejects. What could not be recorded is not repeated at once: the receiver may have it already. */
  async #deliver(rows: readonly Row[], linkBase: string): Promise<void> {
    const { logger, clock } = this.#deps;
    try {
      await this.#try(rows, linkBase);
    } catch (error) {
      logger.warn({ err: error, channel: this.#channel.config.name }, "a notification could not be recorded");
      this.#heldUp = clock.now() + PAUSE_MS;
    }
  }

  async #try(rows: readonly Row[], linkBase: string): Promise<void> {
    const { log, redact, failpoint } = this.#deps;
    const { config, sender } = this.#channel;
    const ids = rows.map((row) => row.id);
    const first = rows[0]!;
    const batch = first.batch_id ?? first.id;
    if (first.batch_id === null) await log.write((tx) => beginBatch(tx, ids, batch));
    const notifications = rows.map((row) => toNotification(row, linkBase));
    const message = composeMessage(batch, notifications, linkBase);
    const end = await attempt(sender, message, this.#abort.signal);
    // A try that we broke off says nothing about the receiver.
    if (!end.ok && this.#abort.signal.aborted) return;
    await failpoint?.("N2", config.name);
    await this.#record(rows, end.ok ? end : { ...end, error: redact(end.error) });
  }

  #record(rows: readonly Row[], end: Delivery): Promise<void> {
    const notification_ids = rows.map((row) => row.id);
    const tries = Math.max(...rows.map((row) => row.tries)) + 1;
    const channel = this.#channel.config.name;
    return this.#deps.log.write(async (tx) => {
      const { now } = tx;
      if (end.ok) {
        const kinds = [...new Set(rows.map((row) => row.kind))];
        const data = { notification_ids, channel, kinds };
        const sent = { state: "sent", tries, error: null, not_before: now, sent_at: now };
        await endTry(tx, notification_ids, sent);
        await tx.append({ type: "notification.sent", actor: "harness", data });
        return;
      }
      const over = tries >= MAX_TRIES;
      const next = now + pauseAfter(tries, end.askedMs);
      const then = over ? "given up" : `again at ${new Date(next).toISOString()}`;
      const message = `Try ${tries} of ${MAX_TRIES}: ${end.error} (${then})`;
      const state = over ? "failed" : "pending";
      await endTry(tx, notification_ids, { state, tries, error: end.error, not_before: next, sent_at: null });
      const data = { notification_ids, channel, message };
      await tx.append({ type: "notification.failed", actor: "harness", data });
    });
  }
}

function asWaiting(row: Row) {
  const { not_before, batch_id } = row;
  // The column holds what was a kind when it was written.
  return { row, kind: row.kind as NotificationKind, not_before, batch_id };
}
