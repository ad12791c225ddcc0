import { setTimeout as sleep } from "node:timers/promises";
import { createIdFactory, systemClock } from "@harness/protocol";
import { withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { multiplyTasks, seedDataDir, withDatabase } from "../seed.ts";
import { call, startHarness } from "../server.ts";

const TASKS = 1000;

/** After a power cut everything that ran is accounted for before anybody asks. */
export const row: BenchRow = {
  id: "bench.reconcile",
  title: "restart with 1,000 interrupted tasks: all reconciled",
  goal: "< 3 s",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const { dataDir, taskId } = await seedDataDir(folder);
  multiplyTasks(dataDir, taskId, TASKS);
  interruptAll(dataDir);
  const begin = performance.now();
  await using server = await startHarness(dataDir);
  const listening = performance.now() - begin;
  while (await stillRunning(server)) await sleep(5);
  const value = performance.now() - begin;
  return {
    value,
    unit: "ms",
    met: value < 3000,
    note: `from the spawn of the server; it listened after ${Math.round(listening)} ms`,
  };
}

async function stillRunning(server: Awaited<ReturnType<typeof startHarness>>): Promise<boolean> {
  const { by_status } = await call<{ by_status: Record<string, number> }>(server, "GET", "/status");
  return (by_status["implementing"] ?? 0) > 0 || (by_status["queued"] ?? 0) < TASKS;
}

/** Leaves every task as a server that was killed in the middle of an agent's turn would. */
function interruptAll(dataDir: string): void {
  const newId = createIdFactory(() => systemClock.now());
  withDatabase(dataDir, (db) => {
    const ids = db.prepare<[], { id: string }>("select id from tasks").all();
    const attempt = db.prepare(
      "insert into attempts (id, task_id, number, fence, status, owner, started_at) values (?, ?, 1, 1, 'running', 'gone', ?)",
    );
    const task = db.prepare(
      "update tasks set status = 'implementing', stage = 'implement', fence = 1, attempts = 1, tries = 1, current_attempt_id = ?, started_at = queued_at where id = ?",
    );
    for (const { id } of ids) {
      const attemptId = newId("attempt");
      attempt.run(attemptId, id, Date.now());
      task.run(attemptId, id);
    }
    db.prepare("update task_counters set status = 'implementing' where status = 'queued'").run();
  });
}
