import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createIdFactory } from "@harness/protocol";
import { startPostgres } from "../../../../test/support/postgres.ts";
import { EventLog, Feeds } from "../../src/events/index.ts";
import { openStorage, type Storage } from "../../src/storage/index.ts";

/** One empty database of a dialect, with a log and feeds on it. */
export interface Fixture extends AsyncDisposable {
  readonly storage: Storage;
  readonly log: EventLog;
  readonly feeds: Feeds;
  readonly newId: ReturnType<typeof createIdFactory>;
  /** Time the log sees; a test moves it. */
  readonly clock: { now(): number; at: number };
  readonly options: { readonly file: string; readonly databaseUrl: string | undefined };
}

export type DialectName = "sqlite" | "postgres";

/** Opens an empty database of a dialect: a file, or a database of one's own on a real Postgres. */
export async function openFixture(dialect: DialectName): Promise<Fixture> {
  const dir = mkdtempSync(path.join(tmpdir(), "harness-storage-"));
  const postgres = dialect === "postgres" ? await startPostgres() : undefined;
  const options = { file: path.join(dir, "test.db"), databaseUrl: postgres?.url };
  const storage = await openStorage(options);
  const clock = {
    at: Date.now(),
    now() {
      return this.at;
    },
  };
  const log = await EventLog.open({ storage, clock, redact: (value) => value });
  const feeds = await Feeds.open(log);
  return {
    storage,
    log,
    feeds,
    clock,
    newId: createIdFactory(() => clock.now()),
    options,
    async [Symbol.asyncDispose]() {
      feeds.close();
      await log.close();
      await storage.close();
      await postgres?.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
