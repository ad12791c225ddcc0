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
  /** Told when a group found the disk full; true when there is room now and the group should be run again. */
  readonly makeRoom?: (error: HarnessError) => boolean;
  /** Called with "DB" before every commit, so that a test can fail there. */
  readonly failpoint?: ((name: string) => void | Promise<void>) | undefined;
}

/** Most jobs in one transaction: bounds the time a commit can be late. */
const MAX_GROUP = 256;

/**
 * The one writer. Jobs that arrive in the same tick share one transaction and one fsync; each has its own savepoint,
 * so a failing job takes nothing with it. A job resolves only after the commit that made it durable. A group that
 * finds the disk full is run once more when room could be made; a job must therefore leave nothing outside its transaction.
 *
 *   write() → queue → next tick → BEGIN → (SAVEPOINT, job, RELEASE)* → COMMIT → resolve all
 */
export class GroupCommit {
  readonly #deps: GroupCommitDeps;
  #queue: Entry[] = [];
  #pump: Promise<void> | undefined;
  #closed = false;
  #failure: HarnessError | undefined;

  constructor(deps: GroupCommitDeps) {
    this.#deps = deps;
  }

  /** Why the last group could not be stored; undefined when it was. */
  get failure(): HarnessError | undefined {
    return this.#failure;
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
    let stored = await this.#tryGroup(group);
    if (stored instanceof HarnessError && stored.code === "storage_full" && this.#deps.makeRoom?.(stored))
      stored = await this.#tryGroup(group);
    if (stored instanceof HarnessError) {
      this.#failure = stored;
      for (const entry of group) entry.reject(stored);
      return;
    }
    this.#failure = undefined;
    for (const settle of stored) settle();
  }

  /** Runs a group in one transaction. Returns how its jobs are to be settled, or why none of it was stored. */
  async #tryGroup(group: readonly Entry[]): Promise<(() => void)[] | HarnessError> {
    const { db, begin, hooks } = this.#deps;
    const settled: (() => void)[] = [];
    try {
      await db.connection().execute(async (tx) => {
        await sql.raw(begin).execute(tx);
        try {
          await hooks.begin(tx);
          for (const entry of group) settled.push(await this.#runJob(tx, entry));
          await hooks.beforeCommit(tx);
          await this.#deps.failpoint?.("DB");
          await sql.raw("commit").execute(tx);
        } catch (error) {
          // What ended the group is what counts: a rollback that fails too must not hide it.
          if (this.#deps.inTransaction())
            await sql
              .raw("rollback")
              .execute(tx)
              .catch(() => {});
          throw error;
        }
      });
    } catch (error) {
      hooks.ended(false);
      return storageError(error);
    }
    hooks.ended(true);
    return settled;
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
      // A refusal is the job's own; a full disk is everybody's.
      if (error instanceof HarnessError) return () => entry.reject(error);
      const failure = storageError(error);
      if (failure.code === "storage_full") throw error;
      return () => entry.reject(failure);
    }
  }
}
