import { Notification, type NotificationKind, type NotificationState } from "@harness/protocol";
import { sql } from "kysely";
import { z } from "zod";
import type { WriteTx } from "../events/index.ts";
import { type Database, decodeCursor, type PageInfo, type Storage, toPage } from "../storage/index.ts";

type Db = Storage["reader"];
type Row = Database["notifications"];

const CURSOR = 1;
/** Notifications of a channel that are looked at together. */
const MOST_WAITING = 1000;
/** How long a told notification is kept; after that the same key could be told again. */
const KEPT_MS = 90 * 24 * 60 * 60 * 1000;

/** Up to which seq the log was read for notifications; undefined when it never was. */
export async function readCursor(db: Db): Promise<number | undefined> {
  const row = await db.selectFrom("notification_cursor").select("seq").executeTakeFirst();
  return row?.seq;
}

/** Remembers how far the log was read. */
export async function moveCursor({ db }: WriteTx, seq: number): Promise<void> {
  await db
    .insertInto("notification_cursor")
    .values({ id: CURSOR, seq })
    .onConflict((on) => on.column("id").doUpdateSet({ seq }))
    .execute();
}

/** Forgets the place: a server without channels follows nothing, and whoever adds one is not told of the past. */
export async function forgetCursor({ db }: WriteTx): Promise<void> {
  await db.deleteFrom("notification_cursor").execute();
}

/** Stores what a channel is to be told, unless it was told of the same thing; one that was dropped is told after all. */
export async function addNotification({ db }: WriteTx, row: Row): Promise<void> {
  const { id: _id, dedupe_key: _key, channel: _channel, ...again } = row;
  await db
    .insertInto("notifications")
    .values(row)
    .onConflict((on) =>
      on.columns(["channel", "dedupe_key"]).doUpdateSet(again).where("notifications.state", "=", "dropped"),
    )
    .execute();
}

/** Drops what is not true any more and was not sent yet; one key stays, which is told again just now. */
export async function dropNotifications(
  { db }: WriteTx,
  keysBeginWith: string,
  except: string,
): Promise<void> {
  await db
    .updateTable("notifications")
    .set({ state: "dropped" })
    .where("state", "=", "pending")
    // A name of an account may hold what a pattern would take for a wildcard.
    .where(sql<boolean>`substr(dedupe_key, 1, ${keysBeginWith.length}) = ${keysBeginWith}`)
    .where("dedupe_key", "!=", except)
    .execute();
}

/** Drops what waits for channels that are not configured any more. */
export async function dropUnreachable({ db }: WriteTx, channels: readonly string[]): Promise<void> {
  const waiting = db.updateTable("notifications").set({ state: "dropped" }).where("state", "=", "pending");
  await (channels.length === 0 ? waiting : waiting.where("channel", "not in", [...channels])).execute();
}

/** What waits to be sent over a channel, oldest first. */
export async function waitingRows(db: Db, channel: string): Promise<Row[]> {
  return db
    .selectFrom("notifications")
    .selectAll()
    .where("state", "=", "pending")
    .where("channel", "=", channel)
    .orderBy("id")
    .limit(MOST_WAITING)
    .execute();
}

/** Makes one message of some rows, before it is tried: whatever happens, they stay together under this id. */
export async function beginBatch({ db }: WriteTx, ids: readonly string[], batch: string): Promise<void> {
  await db
    .updateTable("notifications")
    .set({ batch_id: batch })
    .where("id", "in", [...ids])
    .execute();
}

/** Records how a try ended, on every notification of the message. One that was dropped meanwhile is not tried again. */
export async function endTry(
  { db }: WriteTx,
  ids: readonly string[],
  changes: Pick<Row, "state" | "tries" | "error" | "not_before" | "sent_at">,
): Promise<void> {
  const update = db
    .updateTable("notifications")
    .set(changes)
    .where("id", "in", [...ids]);
  await (changes.state === "sent" ? update : update.where("state", "=", "pending")).execute();
}

/** Whether the newest thing that was tried over a channel failed, and why. */
export async function lastError(db: Db, channel: string): Promise<string | null> {
  const row = await db
    .selectFrom("notifications")
    .select("error")
    .where("channel", "=", channel)
    .where("tries", ">", 0)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.error ?? null;
}

/** What a list of notifications may be narrowed by. */
export interface NotificationFilter {
  readonly state?: z.infer<typeof NotificationState> | undefined;
  readonly kind?: NotificationKind | undefined;
  readonly channel?: string | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** Notifications, newest first, one page. Links begin with the given address. */
export async function listNotifications(
  db: Db,
  { limit = 50, ...filter }: NotificationFilter,
  linkBase: string,
): Promise<{ data: Notification[]; page: PageInfo }> {
  let query = db.selectFrom("notifications").selectAll();
  if (filter.state) query = query.where("state", "=", filter.state);
  if (filter.kind) query = query.where("kind", "=", filter.kind);
  if (filter.channel) query = query.where("channel", "=", filter.channel);
  if (filter.cursor) query = query.where("id", "<", decodeCursor(filter.cursor, /^note_[0-9A-Z]{26}$/));
  const found = await query
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
  const { rows, page } = toPage(found, limit, (row) => row.id);
  return { data: rows.map((row) => toNotification(row, linkBase)), page };
}

/** A notification as it is told and shown. */
export function toNotification(row: Row, linkBase: string): Notification {
  const time = (ms: number) => new Date(ms).toISOString();
  return Notification.parse({
    ...row,
    link: `${linkBase}${row.link}`,
    commands: z.array(z.string()).parse(JSON.parse(row.commands)),
    created_at: time(row.created_at),
    not_before: time(row.not_before),
    sent_at: row.sent_at === null ? null : time(row.sent_at),
  });
}

/** Deletes notifications that were told, given up or dropped long ago. */
export async function pruneNotifications({ db, now }: WriteTx): Promise<void> {
  await db
    .deleteFrom("notifications")
    .where("created_at", "<", now - KEPT_MS)
    .where("state", "!=", "pending")
    .execute();
}
