import { callAt, type DoctorCheck, HarnessError, type NewId, type Result } from "@harness/protocol";
import type { NotificationChannel } from "../config/index.ts";
import { Follower } from "./follow.ts";
import { concernsPeople } from "./kinds.ts";
import { testMessage } from "./message.ts";
import { type Channel, Outbox, type OutboxDeps } from "./outbox.ts";
import { attempt } from "./sender.ts";
import { lastError, listNotifications, type NotificationFilter } from "./store.ts";

/** What a notifier is built from. */
export interface NotifierDeps extends OutboxDeps {
  readonly newId: NewId;
  readonly channels: readonly Channel[];
  readonly batchMs: number;
}

/** The longest sleep: a machine that was asleep itself finds what it missed then. After a failure it is as long. */
const MAX_SLEEP_MS = 60_000;

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
  readonly #outboxes: readonly Outbox[];
  readonly #stopped = new AbortController();
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
    this.#outboxes = deps.channels.map((channel) => new Outbox(deps, channel));
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

  /** Sends nothing more; what waits is sent by the next server. */
  async stop(): Promise<void> {
    this.#unlisten();
    this.#stopped.abort();
    this.#forgetTimer();
    await this.#round;
    await Promise.all(this.#outboxes.map((outbox) => outbox.stop()));
  }

  /** Sends a test message now, over one channel or all, and says how it went. */
  async test(name?: string): Promise<Result<"notification/test">> {
    const { channels, newId, redact } = this.#deps;
    const chosen = channels.filter(({ config }) => name === undefined || config.name === name);
    if (name !== undefined && chosen.length === 0) {
      const known = channels.map(({ config }) => config.name).join(", ") || "none";
      const message = `There is no notification channel ${name}. Configured: ${known}.`;
      throw new HarnessError("channel_not_found", message, { field: "channel", got: name });
    }
    const results = chosen.map(async ({ config, sender }) => {
      const message = testMessage(newId("notification"), config.name, this.linkBase);
      const end = await attempt(sender, message, this.#stopped.signal);
      return { channel: config.name, ok: end.ok, error: end.ok ? null : redact(end.error) };
    });
    return { results: await Promise.all(results) };
  }

  /** Notifications, newest first. */
  list(filter: NotificationFilter): Promise<Result<"notification/list">> {
    return listNotifications(this.#deps.storage.reader, filter, this.linkBase);
  }

  /** How each channel stands: whether it can be used, what it is told, how its last message went. */
  look(): Promise<DoctorCheck[]> {
    const { channels, storage } = this.#deps;
    const checks = channels.map(async ({ config, sender }): Promise<DoctorCheck> => {
      const [state, failure] = await Promise.all([sender.look(), lastError(storage.reader, config.name)]);
      const told = [state.detail, ...narrowings(config)].join(", ");
      const name = `notifications to ${config.name}`;
      if (!state.ok || failure === null) return { name, ...state, detail: told };
      const fix = `Correct it and try: harness notification test ${config.name}`;
      return { name, ok: false, detail: `${told}; the last message failed: ${failure}`, fix };
    });
    return Promise.all(checks);
  }

  /** Looks at once for what happened and what is due. */
  #wake(): void {
    if (this.#stopped.signal.aborted) return;
    if (this.#round) {
      this.#again = true;
      return;
    }
    this.#round = this.#goRound().then(() => {
      this.#round = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.#wake();
    });
  }

  /** Never rejects. */
  async #goRound(): Promise<void> {
    this.#forgetTimer();
    try {
      await this.#follower.catchUp();
      if (this.#stopped.signal.aborted) return;
      const wake = () => this.#wake();
      const times = await Promise.all(this.#outboxes.map((outbox) => outbox.sendDue(this.linkBase, wake)));
      const next = Math.min(...times.filter((time) => time !== undefined));
      if (Number.isFinite(next)) this.#sleep(next);
    } catch (error) {
      this.#deps.logger.warn({ err: error }, "notifications are held up");
      this.#sleep(Number.POSITIVE_INFINITY);
    }
  }

  #sleep(until: number): void {
    if (this.#stopped.signal.aborted) return;
    const { clock } = this.#deps;
    this.#forgetTimer = callAt(clock, Math.min(until, clock.now() + MAX_SLEEP_MS), () => this.#wake());
  }
}

function narrowings({ kinds, projects, quiet_hours }: NotificationChannel): string[] {
  return [
    kinds ? kinds.join(" ") : "all kinds",
    ...(projects ? [`of ${projects.join(" ")}`] : []),
    ...(quiet_hours ? [`quiet ${quiet_hours}`] : []),
  ];
}
