import { chmodSync, closeSync, openSync } from "node:fs";
import { stat } from "node:fs/promises";
import { HarnessError } from "@harness/protocol";
import { type Dialect, Kysely, PostgresDialect, SqliteAdapter, SqliteDialect, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { migrations } from "./migrations.ts";
import type { Database } from "./schema.ts";

/** Where the state is kept. */
export interface StorageOptions {
  /** The SQLite file; used when there is no database URL. */
  readonly file: string;
  /** `postgres://…`; a secret. */
  readonly databaseUrl?: string | undefined;
  /** Called with "K17" inside the migration's transaction, so that a test can die there. */
  readonly failpoint?: (name: string) => void | Promise<void>;
}

/** An open, migrated database. `db` is for the one writer, `reader` for everything else. */
export interface Storage extends AsyncDisposable {
  readonly dialect: "sqlite" | "postgres";
  readonly db: Kysely<Database>;
  readonly reader: Kysely<Database>;
  /** The statement that opens a writing transaction. */
  readonly begin: string;
  /** Bytes of the database. */
  size(): Promise<number>;
  /** False when the database itself has ended the writer's transaction. */
  inTransaction(): boolean;
  close(): Promise<void>;
}

const CACHED_STATEMENTS = 500;
const PAGE_CACHE_KIB = 16_384;

/**
 * Opens the database and brings its schema up to date in one transaction. A database of a newer version is refused
 * with `storage_newer`: an old binary must not guess.
 */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const storage = options.databaseUrl
    ? await openPostgres(options.databaseUrl)
    : await openSqlite(options.file);
  try {
    await migrate(storage, options.failpoint);
  } catch (error) {
    await storage.close();
    throw error;
  }
  return storage;
}

async function migrate(storage: Storage, failpoint: StorageOptions["failpoint"]): Promise<void> {
  if (await isUpToDate(storage)) return;
  const migrator = new Migrator({
    db: storage.db,
    provider: { getMigrations: async () => withFailpoint(failpoint) },
  });
  const { error } = await migrator.migrateToLatest();
  if (!error) return;
  const text = error instanceof Error ? error.message : String(error);
  if (text.includes("missing") || text.includes("corrupted migrations")) {
    throw new HarnessError(
      "storage_newer",
      `The database was written by a newer Harness (${text}). Start that version, or use another data directory.`,
      {},
      { cause: error },
    );
  }
  throw new HarnessError(
    "storage_failed",
    `The database could not be migrated: ${text}`,
    {},
    { cause: error },
  );
}

/** Most starts find nothing to do. One statement sees that; the migrator describes every table first. */
async function isUpToDate({ db }: Storage): Promise<boolean> {
  const names = sql<{ name: string }>`select name from kysely_migration order by name`;
  // A new database has no such table.
  const applied = await names.execute(db).catch(() => ({ rows: [] }));
  return applied.rows.map(({ name }) => name).join() === Object.keys(migrations).sort().join();
}

function withFailpoint(failpoint: StorageOptions["failpoint"]): Record<string, Migration> {
  if (!failpoint) return migrations;
  const wrapped = Object.entries(migrations).map(([name, migration]) => {
    const up: Migration["up"] = async (db) => {
      await migration.up(db);
      await failpoint("K17");
    };
    return [name, { up }] as const;
  });
  return Object.fromEntries(wrapped);
}

async function openSqlite(file: string): Promise<Storage> {
  ownersOnly(file);
  const { default: Sqlite } = await import("better-sqlite3");
  const open = (readonly: boolean) => {
    const handle = new Sqlite(file, { readonly, timeout: 5_000 });
    if (!readonly) {
      handle.pragma("journal_mode = WAL");
      handle.pragma("synchronous = FULL");
      // On macOS a plain fsync does not reach the disk.
      if (process.platform === "darwin") handle.pragma("fullfsync = ON");
    }
    handle.pragma(`cache_size = -${PAGE_CACHE_KIB}`);
    return handle;
  };
  const writer = open(false);
  const db = new Kysely<Database>({ dialect: sqliteDialect(writer) });
  let reader: Kysely<Database> | undefined;
  const close = async () => {
    await reader?.destroy();
    await db.destroy();
  };
  return {
    dialect: "sqlite",
    db,
    // Opened on first use: a read-only connection needs the file, which the writer made.
    get reader() {
      reader ??= new Kysely<Database>({ dialect: sqliteDialect(open(true)) });
      return reader;
    },
    begin: "begin immediate",
    size: () => bytesOf([file, `${file}-wal`, `${file}-shm`]),
    inTransaction: () => writer.inTransaction,
    close,
    [Symbol.asyncDispose]: close,
  };
}

type SqliteHandle = InstanceType<typeof import("better-sqlite3")>;

/** SQLite can roll back DDL; Kysely's adapter says it cannot, and would migrate statement by statement. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class TransactionalSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

/** Kysely prepares a statement for every call; preparing once per text is a third of the cost of a write. */
function sqliteDialect(handle: SqliteHandle): Dialect {
  const statements = new Map<string, ReturnType<SqliteHandle["prepare"]>>();
  return new TransactionalSqliteDialect({
    database: {
      close: () => {
        handle.close();
      },
      prepare: (text: string) => {
        let statement = statements.get(text);
        if (!statement) {
          if (statements.size >= CACHED_STATEMENTS) statements.clear();
          statement = handle.prepare(text);
          statements.set(text, statement);
        }
        return statement as never;
      },
    },
  });
}

async function openPostgres(url: string): Promise<Storage> {
  const { default: pg } = await import("pg");
  const BIGINT = 20;
  const types = {
    getTypeParser: (oid: number, format?: "text" | "binary") =>
      oid === BIGINT ? (value: string) => Number(value) : pg.types.getTypeParser(oid, format),
  };
  const pool = (max: number) => {
    const made = new pg.Pool({
      connectionString: url,
      max,
      types: types as never,
      application_name: "harness",
    });
    // A dropped idle connection is replaced on next use; without a listener it would end the process.
    made.on("error", () => {});
    return made;
  };
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool: pool(2) }) });
  const reader = new Kysely<Database>({ dialect: new PostgresDialect({ pool: pool(8) }) });
  const close = async () => {
    await reader.destroy();
    await db.destroy();
  };
  return {
    dialect: "postgres",
    db,
    reader,
    begin: "begin",
    size: async () => {
      const { rows } = await sql<{ n: number }>`select pg_database_size(current_database()) as n`.execute(
        reader,
      );
      return Number(rows[0]?.n);
    },
    inTransaction: () => true,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function bytesOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(
    files.map((one) =>
      stat(one).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** SQLite gives its other files the rights of the first, and makes that one as open as the umask lets it. */
function ownersOnly(file: string): void {
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
}
