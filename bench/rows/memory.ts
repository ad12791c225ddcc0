import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { multiplyEvents, multiplyTasks, seedDataDir } from "../seed.ts";
import { residentMegabytes, startFloor, startHarness } from "../server.ts";

const SETTLE_MS = 5000;

/** It runs beside editors, browsers and agents: idle it must be small. */
export const row: BenchRow = {
  id: "bench.memory",
  title: "resident memory, idle, 10k queued tasks and 1M events",
  goal: "< 100 MB",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const { dataDir, taskId } = await seedDataDir(folder);
  multiplyTasks(dataDir, taskId, 10_000);
  multiplyEvents(dataDir, 1_000_000);
  const floorFolder = join(folder, "floor");
  mkdirSync(floorFolder);
  await using floor = await startFloor(floorFolder);
  await using server = await startHarness(dataDir);
  await sleep(SETTLE_MS);
  const value = residentMegabytes(server.pid);
  return {
    value,
    unit: "MB",
    floor: { name: "bare Fastify and SQLite, empty", value: residentMegabytes(floor.pid) },
    met: value < 100,
    note: `${SETTLE_MS / 1000} s after the start`,
  };
}
