import {
  type Clock,
  callAt,
  HarnessError,
  type NewId,
  type NotificationKind,
  type Result,
} from "@harness/protocol";
import type { NotificationChannel } from "../config/index.ts";
import type { EventLog } from "../events/index.ts";
import type { Database, Storage } from "../storage/index.ts";
import { Follower } from "./follow.ts";
import { concernsPeople } from "./kinds.ts";
import { composeMessage, testMessage } from "./message.ts";
import { MAX_TRIES, nextBatch, pauseAfter, type Timing } from "./plan.ts";
import { parseQuietHours, quietUntil } from "./quiet-hours.ts";
import type { Delivery, Sender } from "./sender.ts";
import {
  beginBatch,
  endTry,
  lastError,
  listNotifications,
  type NotificationFilter,
  toNotification,
  waitingRows,
} from "./store.ts";

/** A configured channel and what delivers over it. */
export interface Channel {
  readonly config: NotificationChannel;
  readonly sender: Sender;
}

/** What a notifier is built from. */
export interface NotifierDeps {
  readonly log: EventLog;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly redact: (text: string) => string;
  readonly logger: { warn(facts: object, message: string): void };
  readonly channels: readonly Channel[];
  readonly batchMs: number;
  readonly timeZone: string;
  /** Called with "N1" between an event and its rows, with "N2" between a delivery and its record: a test dies there. */
  readonly failpoint?: (name: string, detail?: string) => void | Promise<void>;
}

type Row = Database["notifications"];
/** After a failure of the database it is tried again so much later (milliseconds). */
const PAUSE_MS = 60_000;

/**
 * Tells people what they want to know, each channel once, in as few messages as can be.
 *
 *   event → row for each channel that takes it (pending) → message when due and not quiet → sent
 *                                                             ↺ failed try: later, the same message → failed
 *
 * Everything is in the database before it is done: a restart goes on where the last server was. A message is sent
 * again with the same id when the server died before it could note that it was delivered.
 */
export class Notifier {
  readonly #deps: NotifierDeps;
  readonly #follower: Follower;
  readonly #stopped = new AbortController();
  readonly #sending = new Map<string, Promise<void>>();
  /** Channels that rest after a failure of the database, and until when. */
  readonly #heldUp = new Map<string, number>();
  #round: Promise<void> | undefined;
  #again = false;
  #unlisten = () => {};
  #forgetTimer = () => {};

  /** What links begin with; the server's address is known once it listens. */
  linkBase: string;

  constructor(deps: NotifierDeps, linkBase: string) {
    this.#deps = deps;
    this.linkBase = linkBase;
    this.#follower = new Follower({ ...deps, channels: deps.channels.map(({ config }) => config) });
  }

  /** Begins to follow the log, from where it was followed to. */
  async start(): Promise<void> {
    await this.#follower.open();
    if (this.#deps.channels.length === 0) return;
    this.#unlisten = this.#deps.log.listen((events) => {
      if (events.some(concernsPeople)) this.#wake();
    });
    this.#wake();
  }

  /** Stops what is being sent; it is sent again by the next server. */
  async stop(): Promise<void> {
    this.#unlisten();
    this.#stopped.abort();
    this.#forgetTimer();
    await this.#round;
    await Promise.all(this.#sending.values());
  }

  /** Sends a test message now, over one channel or all, and says how it went. */
  async test(name?: string): Promise<Result<"notification/test">> {
    const { channels, newId, redact } = this.#deps;
    const chosen = channels.filter(({ config }) => name === undefined || config.name === name);
    if (name !== undefined && chosen.length === 0) {
      const known = channels.map(({ config }) => config.name).join(", ") || "none";
      throw new HarnessError(
        "channel_not_found",
        `There is no notification channel ${name}. Configured: ${known}.`,
        {
          field: "channel",
          got: name,
        },
      );
    }
    const results = chosen.map(async ({ config, sender }) => {
      const message = testMessage(newId("notification"), config.name, this.linkBase);
      const end = await sender.send(message, this.#stopped.signal);
      return { channel: config.name, ok: end.ok, error: end.ok ? null : redact(end.error) };
    });
    return { results: await Promise.all(results) };
  }

  /** Notifications, newest first. */
  list(filter: NotificationFilter): Promise<Result<"notification/list">> {
    return listNotifications(this.#deps.storage.reader, filter, this.linkBase);
  }

  /** How each channel stands: whether it can be used, what it is told, how its last message went. */
  async look(): Promise<{ name: string; ok: boolean; detail: string; fix: string | null }[]> {
    const { channels, storage } = this.#deps;
    return Promise.all(
      channels.map(async ({ config, sender }) => {
        const [state, failure] = await Promise.all([sender.look(), lastError(storage.reader, config.name)]);
        const told = [state.detail, ...narrowings(config)].join(", ");
        const name = `notifications to ${config.name}`;
        if (!state.ok || failure === null) return { name, ...state, detail: told };
        const fix = `Correct it and try: harness notification test ${config.name}`;
        return { name, ok: false, detail: `${told}; the last message failed: ${failure}`, fix };
      }),
    );
  }

  /** Looks at once for what happened and what is due. */
  #wake(): void {
    if (this.#stopped.signal.aborted) return;
    if (this.#round) {
      this.#again = true;
      return;
    }
    this.#round = this.#look().then(() => {
      this.#round = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.#wake();
    });
  }

  async #look(): Promise<void> {
    const { clock, logger, channels } = this.#deps;
    this.#forgetTimer();
    try {
      await this.#follower.catchUp();
      const times = await Promise.all(channels.map((channel) => this.#sendDue(channel)));
      const next = Math.min(...times.filter((time) => time !== undefined));
      if (Number.isFinite(next)) this.#sleep(next);
    } catch (error) {
      logger.warn({ err: error }, "notifications are held up");
      this.#sleep(clock.now() + PAUSE_MS);
    }
  }

  #sleep(until: number): void {
    if (this.#stopped.signal.aborted) return;
    this.#forgetTimer = callAt(this.#deps.clock, until, () => this.#wake());
  }

  /** Begins to send what a channel is due; returns when it is due next, or undefined when nothing waits. */
  async #sendDue(channel: Channel): Promise<number | undefined> {
    const { name } = channel.config;
    // Its end looks again.
    if (this.#sending.has(name)) return undefined;
    const { storage, clock } = this.#deps;
    const rows = (await waitingRows(storage.reader, name)).map(asWaiting);
    const now = clock.now();
    const batch = nextBatch(rows, this.#timing(channel.config), now);
    if (!batch) return undefined;
    const at = Math.max(batch.at, this.#heldUp.get(name) ?? 0);
    if (at > now) return at;
    const sent = this.#deliver(
      channel,
      batch.rows.map(({ row }) => row),
    );
    this.#sending.set(name, sent);
    return undefined;
  }

  /** Never rejects. What could not be recorded is not repeated at once: the receiver may have it already. */
  async #deliver(channel: Channel, rows: readonly Row[]): Promise<void> {
    const { logger, clock } = this.#deps;
    const { name } = channel.config;
    try {
      await this.#send(channel, rows);
    } catch (error) {
      logger.warn({ err: error, channel: name }, "a notification could not be recorded");
      this.#heldUp.set(name, clock.now() + PAUSE_MS);
    }
    this.#sending.delete(name);
    this.#wake();
  }

  /** One try: the message is fixed first, then sent, then its end is recorded. */
  async #send({ config, sender }: Channel, rows: readonly Row[]): Promise<void> {
    const { log, redact, failpoint } = this.#deps;
    const ids = rows.map((row) => row.id);
    const first = rows[0]!;
    const batch = first.batch_id ?? first.id;
    if (first.batch_id === null) await log.write((tx) => beginBatch(tx, ids, batch));
    const notifications = rows.map((row) => toNotification(row, this.linkBase));
    const message = composeMessage(batch, notifications, this.linkBase);
    const end = await sender.send(message, this.#stopped.signal);
    if (!end.ok && this.#stopped.signal.aborted) return;
    await failpoint?.("N2", config.name);
    await this.#record(config.name, rows, end.ok ? end : { ...end, error: redact(end.error) });
  }

  #record(channel: string, rows: readonly Row[], end: Delivery): Promise<void> {
    const notification_ids = rows.map((row) => row.id);
    const kinds = [...new Set(rows.map((row) => row.kind))];
    const tries = Math.max(...rows.map((row) => row.tries)) + 1;
    return this.#deps.log.write(async (tx) => {
      const { now } = tx;
      if (end.ok) {
        await endTry(tx, notification_ids, {
          state: "sent",
          tries,
          error: null,
          not_before: now,
          sent_at: now,
        });
        await tx.append({
          type: "notification.sent",
          actor: "harness",
          data: { notification_ids, channel, kinds },
        });
        return;
      }
      const over = tries >= MAX_TRIES;
      const next = now + pauseAfter(tries, end.askedMs);
      await endTry(tx, notification_ids, {
        state: over ? "failed" : "pending",
        tries,
        error: end.error,
        not_before: next,
        sent_at: null,
      });
      const then = over ? "given up" : `again at ${new Date(next).toISOString()}`;
      const message = `Try ${tries} of ${MAX_TRIES}: ${end.error} (${then})`;
      await tx.append({
        type: "notification.failed",
        actor: "harness",
        data: { notification_ids, channel, message },
      });
    });
  }

  #timing({ quiet_hours, urgent }: NotificationChannel): Timing {
    const hours = quiet_hours === undefined ? undefined : parseQuietHours(quiet_hours, this.#deps.timeZone);
    return { urgent: urgent ?? [], quietUntil: (time) => (hours ? quietUntil(time, hours) : time) };
  }
}

function asWaiting(row: Row) {
  const { not_before, batch_id } = row;
  // The column holds what was a kind when it was written.
  return { row, kind: row.kind as NotificationKind, not_before, batch_id };
}

function narrowings({ kinds, projects, quiet_hours }: NotificationChannel): string[] {
  return [
    kinds ? kinds.join(" ") : "all kinds",
    ...(projects ? [`of ${projects.join(" ")}`] : []),
    ...(quiet_hours ? [`quiet ${quiet_hours}`] : []),
  ];
}
