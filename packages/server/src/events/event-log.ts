import { type Clock, type Event, eventData, type HarnessError, type NewEvent } from "@harness/protocol";
import { sql } from "kysely";
import {
  type Database,
  GroupCommit,
  type GroupHooks,
  HotInserts,
  type Storage,
  type Tx,
} from "../storage/index.ts";
import { type EventFilter, eventRow, parseEventRow, toEvent } from "./event-row.ts";

/** What a writing job works with: queries in the group's transaction, and the log. */
export interface WriteTx {
  readonly db: Tx;
  /** The time of this transaction; every row and event of a job carries the same one. */
  readonly now: number;
  /** Appends an event; it is served only once the transaction is durable. Returns its seq. */
  append(event: NewEvent): Promise<number>;
  /** Inserts a whole row of a table that is written often. */
  insert<T extends keyof Database & string>(table: T, row: Database[T]): Promise<void>;
  /** Takes secrets out of what an agent said, as the log does with its events: for rows that keep it besides. */
  redact<T>(value: T): T;
}

/** Rows a page of the log has at most. */
const READ_LIMIT = 500;

/**
 * The one log of events. `seq` is allocated inside the commit, so nothing ever appears below a seq that was served.
 * A change of state, its event and its projection rows are one job here, in one transaction (DESIGN.md 3.2).
 */
export class EventLog {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #redact: (value: unknown) => unknown;
  readonly #commit: GroupCommit;
  readonly #inserts = new HotInserts();
  readonly #group: GroupState;
  readonly #listeners = new Set<(events: readonly Event[]) => void>();

  private constructor(deps: EventLogDeps, head: number) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#redact = deps.redact;
    this.#group = new GroupState(head, deps.storage.dialect === "postgres", (events) => this.#notify(events));
    this.#commit = new GroupCommit({
      db: deps.storage.db,
      begin: deps.storage.begin,
      inTransaction: () => deps.storage.inTransaction(),
      hooks: this.#group,
      ...(deps.makeRoom ? { makeRoom: deps.makeRoom } : {}),
      failpoint: deps.failpoint,
    });
  }

  /** Opens the log at its durable head. */
  static async open(deps: EventLogDeps): Promise<EventLog> {
    const row = await deps.storage.reader
      .selectFrom("counters")
      .select("value")
      .where("name", "=", "seq")
      .executeTakeFirst();
    return new EventLog(deps, row?.value ?? 0);
  }

  /** Newest durable seq. */
  get headSeq(): number {
    return this.#group.head;
  }

  /** Why the last write could not be stored; undefined when it was. */
  get failure(): HarnessError | undefined {
    return this.#commit.failure;
  }

  /** Runs a job in the next group commit; resolves once what it wrote is durable. */
  write<T>(job: (tx: WriteTx) => Promise<T>): Promise<T> {
    return this.#commit.write((db) => {
      const now = this.#clock.now();
      return job({
        db,
        now,
        append: (event) => this.#append(db, now, event),
        insert: (table, row) => this.#inserts.run(db, table, row),
        redact: <V>(value: V) => this.#redact(value) as V,
      });
    });
  }

  /** Calls back with the events of each commit, in order, after it is durable. Returns the unsubscriber. */
  listen(listener: (events: readonly Event[]) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Events after a seq, in order, at most `limit` (500 at most), optionally only up to a seq. */
  async read(query: {
    afterSeq: number;
    filter?: EventFilter;
    limit?: number;
    upTo?: number;
  }): Promise<Event[]> {
    let select = this.#storage.reader.selectFrom("events").selectAll().where("seq", ">", query.afterSeq);
    const { task_id, project_id, thread_id, types } = query.filter ?? {};
    if (query.upTo !== undefined) select = select.where("seq", "<=", query.upTo);
    if (task_id) select = select.where("task_id", "=", task_id);
    if (project_id) select = select.where("project_id", "=", project_id);
    if (thread_id) select = select.where("thread_id", "=", thread_id);
    if (types && types.length > 0) select = select.where("type", "in", [...types]);
    const rows = await select
      .orderBy("seq")
      .limit(Math.min(query.limit ?? READ_LIMIT, READ_LIMIT))
      .execute();
    return rows.map(parseEventRow);
  }

  /** The newest events of a filter, the newest first. */
  async newest(filter: EventFilter & { readonly types: readonly string[] }, limit: number): Promise<Event[]> {
    let select = this.#storage.reader
      .selectFrom("events")
      .selectAll()
      .where("type", "in", [...filter.types]);
    if (filter.project_id) select = select.where("project_id", "=", filter.project_id);
    if (filter.thread_id) select = select.where("thread_id", "=", filter.thread_id);
    const rows = await select.orderBy("seq", "desc").limit(limit).execute();
    return rows.map(parseEventRow);
  }

  /** Seq of the newest event of a filter at or below `upTo`; 0 when there is none. */
  async lastSeqOf(filter: EventFilter, upTo: number): Promise<number> {
    let select = this.#storage.reader.selectFrom("events").select("seq").where("seq", "<=", upTo);
    if (filter.task_id) select = select.where("task_id", "=", filter.task_id);
    if (filter.project_id) select = select.where("project_id", "=", filter.project_id);
    if (filter.thread_id) select = select.where("thread_id", "=", filter.thread_id);
    if (filter.types && filter.types.length > 0) select = select.where("type", "in", [...filter.types]);
    const row = await select.orderBy("seq", "desc").limit(1).executeTakeFirst();
    return row?.seq ?? 0;
  }

  /** Seq of the oldest event kept; a cursor below it minus one cannot be resumed. */
  async oldestSeq(): Promise<number> {
    const row = await this.#storage.reader
      .selectFrom("events")
      .select("seq")
      .orderBy("seq")
      .limit(1)
      .executeTakeFirst();
    return row?.seq ?? this.headSeq + 1;
  }

  /** Deletes events older than a time, in small steps, so that writers are not held up. Returns how many went. */
  async prune(olderThan: number): Promise<number> {
    const STEP = 2_000;
    let total = 0;
    for (;;) {
      const deleted = await this.write(async ({ db }) => {
        const result =
          await sql`delete from events where seq in (select seq from events where at < ${olderThan} order by at limit ${STEP})`.execute(
            db,
          );
        return Number(result.numAffectedRows ?? 0n);
      });
      total += deleted;
      if (deleted < STEP) return total;
    }
  }

  /** Waits for queued writes and refuses new ones. */
  close(): Promise<void> {
    return this.#commit.close();
  }

  async #append(db: Tx, now: number, event: NewEvent): Promise<number> {
    const seq = this.#group.next();
    const data = this.#redact(eventData[event.type].parse(event.data));
    const stored = { seq, at: now, ...event, data };
    await this.#inserts.run(db, "events", eventRow(stored));
    this.#group.add(toEvent(stored));
    return seq;
  }

  #notify(events: readonly Event[]): void {
    for (const listener of this.#listeners) listener(events);
  }
}

/** What the log is built from. `redact` is the last thing that touches an event's data before it is stored. */
export interface EventLogDeps {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly redact: (value: unknown) => unknown;
  /** Told when a write found the disk full; true when there is room now and it should be tried again. */
  readonly makeRoom?: (error: HarnessError) => boolean;
  /** Called with "DB" before every commit, so that a test can fail there. */
  readonly failpoint?: (name: string) => void | Promise<void>;
}

/** Numbers events within a group. The counter row is locked from the first statement to the commit. */
class GroupState implements GroupHooks {
  head: number;
  #next = 0;
  #events: Event[] = [];
  #mark = { next: 0, events: 0 };
  readonly #lockRow: boolean;
  readonly #publish: (events: readonly Event[]) => void;

  constructor(head: number, lockRow: boolean, publish: (events: readonly Event[]) => void) {
    this.head = head;
    this.#lockRow = lockRow;
    this.#publish = publish;
  }

  async begin(tx: Tx): Promise<void> {
    const counter = tx.selectFrom("counters").select("value").where("name", "=", "seq");
    // SQLite's writing transaction has locked the file already; Postgres needs the row.
    const row = await (this.#lockRow ? counter.forUpdate() : counter).executeTakeFirstOrThrow();
    this.#next = row.value;
    this.#events = [];
  }

  beginJob(): void {
    this.#mark = { next: this.#next, events: this.#events.length };
  }

  rollbackJob(): void {
    this.#next = this.#mark.next;
    this.#events.length = this.#mark.events;
  }

  next(): number {
    this.#next += 1;
    return this.#next;
  }

  add(event: Event): void {
    this.#events.push(event);
  }

  async beforeCommit(tx: Tx): Promise<void> {
    if (this.#events.length === 0) return;
    await tx.updateTable("counters").set({ value: this.#next }).where("name", "=", "seq").execute();
  }

  ended(committed: boolean): void {
    const events = this.#events;
    this.#events = [];
    if (!committed || events.length === 0) return;
    this.head = this.#next;
    this.#publish(events);
  }
}
