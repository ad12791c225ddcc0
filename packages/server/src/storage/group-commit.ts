import { HarnessError } from "@harness/protocol";
import { type Kysely, sql } from "kysely";
import type { Database } from "./schema.ts";
import { storageError } from "./storage-error.ts";

/** A connection inside the group's transaction. A job may await only queries on it. */
export type Tx = Kysely<Database>;

/** Hooks of the one who numbers records inside a group: called around every group and around every job's savepoint. */
export interface GroupHooks {
  /** The transaction has begun. */
  begin(tx: Tx): Promise<void>;
  /** A job failed: forget what it numbered. */
  rollbackJob(): void;
  /** A job is about to run. */
  beginJob(): void;
  /** All jobs ran; last chance to write. */
  beforeCommit(tx: Tx): Promise<void>;
  /** The transaction is durable (or, with false, gone). */
  ended(committed: boolean): void;
}

interface Entry {
  readonly job: (tx: Tx) => Promise<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** What the writer is built from. */
export interface GroupCommitDeps {
  readonly db: Kysely<Database>;
  /** The statement that opens a writing transaction. */
  readonly begin: string;
  /** False when the database itself ended the transaction (a full disk does that on SQLite). */
  readonly inTransaction: () => boolean;
  readonly hooks: GroupHooks;
}

/** Most jobs in one transaction: bounds the time a commit can be late. */
const MAX_GROUP = 256;

/**
 * The one writer. Jobs that arrive in the same tick share one transaction and one fsync; each has its own savepoint,
 * so a failing job takes nothing with it. A job resolves only after the commit that made it durable.
 *
 *   write() → queue → next tick → BEGIN → (SAVEPOINT, job, RELEASE)* → COMMIT → resolve all
 */
export class GroupCommit {
  readonly #deps: GroupCommitDeps;
  #queue: Entry[] = [];
  #pump: Promise<void> | undefined;
  #closed = false;

  constructor(deps: GroupCommitDeps) {
    this.#deps = deps;
  }

  /** Runs a job in the next group. Rejects with the job's own error, or with a storage error for the whole group. */
  write<T>(job: (tx: Tx) => Promise<T>): Promise<T> {
    if (this.#closed)
      return Promise.reject(new HarnessError("draining", "The database is closed: the server is stopping."));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ job, resolve: resolve as (value: never) => void, reject });
      this.#pump ??= new Promise((done) => setImmediate(() => void this.#drain().then(done)));
    });
  }

  /** Waits for queued jobs, then refuses new ones. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#pump) await this.#pump;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, MAX_GROUP);
      await this.#runGroup(group);
    }
    this.#pump = undefined;
  }

  async #runGroup(group: readonly Entry[]): Promise<void> {
    const { db, begin, hooks } = this.#deps;
    const settled: (() => void)[] = [];
    try {
      await db.connection().execute(async (tx) => {
        await sql.raw(begin).execute(tx);
        try {
          await hooks.begin(tx);
          for (const entry of group) settled.push(await this.#runJob(tx, entry));
          await hooks.beforeCommit(tx);
          await sql.raw("commit").execute(tx);
        } catch (error) {
          if (this.#deps.inTransaction()) await sql.raw("rollback").execute(tx);
          throw error;
        }
      });
    } catch (error) {
      hooks.ended(false);
      const failure = storageError(error);
      for (const entry of group) entry.reject(failure);
      return;
    }
    hooks.ended(true);
    for (const settle of settled) settle();
  }

  /** Runs one job; its own failure becomes a rejection after the commit, a failure of the database ends the group. */
  async #runJob(tx: Tx, entry: Entry): Promise<() => void> {
    const { hooks, inTransaction } = this.#deps;
    hooks.beginJob();
    await sql.raw("savepoint job").execute(tx);
    try {
      const value = await entry.job(tx);
      await sql.raw("release savepoint job").execute(tx);
      return () => entry.resolve(value as never);
    } catch (error) {
      if (!inTransaction()) throw error;
      await sql.raw("rollback to savepoint job").execute(tx);
      await sql.raw("release savepoint job").execute(tx);
      hooks.rollbackJob();
      const failure = storageError(error);
      if (failure.code === "storage_full") throw error;
      return () => entry.reject(error instanceof HarnessError ? error : failure);
    }
  }
}
