import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { median, withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { multiplyEvents, multiplyTasks, seedDataDir } from "../seed.ts";
import { startFloor, startHarness } from "../server.ts";

const TASKS = 10_000;
const EVENTS = 1_000_000;
const ROUNDS = 5;

/** A server that starts at once can be restarted without a thought. */
export const row: BenchRow = {
  id: "bench.start",
  title: "process start to first /health, 10k queued tasks and 1M events",
  goal: "< 300 ms",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const { dataDir, taskId } = await seedDataDir(folder);
  multiplyTasks(dataDir, taskId, TASKS);
  multiplyEvents(dataDir, EVENTS);
  const ours: number[] = [];
  const floors: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    await using server = await startHarness(dataDir);
    ours.push(server.startMs);
    await server.stop();
    const floorFolder = join(folder, `floor-${round}`);
    mkdirSync(floorFolder);
    await using floor = await startFloor(floorFolder);
    floors.push(floor.startMs);
  }
  const value = median(ours);
  return {
    value,
    unit: "ms",
    floor: { name: "bare Fastify and SQLite, empty", value: median(floors) },
    met: value < 300,
    note: `median of ${ROUNDS}`,
  };
}
