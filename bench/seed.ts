import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createIdFactory, systemClock } from "@harness/protocol";
import Sqlite from "better-sqlite3";
import { makeRepository } from "./big-repository.ts";
import { call, type StartedServer, startHarness } from "./server.ts";

/** Settings of a project whose tasks only ever queue: nothing is claimed for it. */
const idleProject = { id: "bench", validation: "none", review: { enabled: false } };

/** A data directory made by Harness itself: one project that runs nothing, and one queued task in it. */
export async function seedDataDir(folder: string): Promise<{ dataDir: string; taskId: string }> {
  const dataDir = join(folder, "data");
  await using server = await startHarness(dataDir);
  await registerIdle(server, folder, dataDir);
  const { task_id } = await call<{ task_id: string }>(server, "POST", "/tasks", {
    prompt: "Do nothing",
    project: "bench",
  });
  return { dataDir, taskId: task_id };
}

/** Registers a small repository as a project and sees to it that none of its tasks is ever claimed. */
export async function registerIdle(server: StartedServer, folder: string, dataDir: string): Promise<void> {
  const root = join(folder, "repository");
  mkdirSync(root);
  makeRepository(root, 10);
  await call(server, "POST", "/projects", { root, ...idleProject });
  withDatabase(dataDir, (db) => db.exec("update projects set max_concurrent = 0"));
}

/** Copies a task until there are this many, all queued; its counters follow. */
export function multiplyTasks(dataDir: string, taskId: string, count: number): void {
  const newId = createIdFactory(() => systemClock.now());
  withDatabase(dataDir, (db) => {
    const insert = copier(db, "tasks", "id");
    const there = db.prepare<[], { n: number }>("select count(*) as n from tasks").get()?.n ?? 0;
    for (let n = there; n < count; n += 1) insert.run(newId("task"), taskId);
    db.prepare("update task_counters set n = ? where status = 'queued'").run(count);
  });
}

/** Copies the first event until the log has this many. */
export function multiplyEvents(dataDir: string, count: number): void {
  withDatabase(dataDir, (db) => {
    const { head, sample } = db
      .prepare<[], { head: number; sample: number }>(
        "select max(seq) as head, min(seq) as sample from events",
      )
      .get() ?? { head: 0, sample: 0 };
    const insert = copier(db, "events", "seq");
    for (let seq = head + 1; seq <= count; seq += 1) insert.run(seq, sample);
    db.prepare("update counters set value = ? where name = 'seq'").run(Math.max(head, count));
  });
}

/** Works on the database of a server, in one transaction. */
export function withDatabase(dataDir: string, work: (db: Sqlite.Database) => void): void {
  const db = new Sqlite(join(dataDir, "harness.db"), { timeout: 10_000 });
  try {
    db.transaction(() => work(db))();
  } finally {
    db.close();
  }
}

/** A statement that copies the row with the second parameter as its key, under the first. */
function copier(db: Sqlite.Database, table: string, key: string): Sqlite.Statement {
  const columns = db
    .prepare<[string], { name: string }>("select name from pragma_table_info(?)")
    .all(table)
    .map(({ name }) => name);
  const values = columns.map((name) => (name === key ? "?" : name));
  return db.prepare(`insert into ${table} (${columns}) select ${values} from ${table} where ${key} = ?`);
}
