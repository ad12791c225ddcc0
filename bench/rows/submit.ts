import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { load } from "../load.ts";
import { withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { registerIdle } from "../seed.ts";
import { startFloor, startHarness } from "../server.ts";

const CONNECTIONS = 32;
const SECONDS = 6;
/** `opencode serve` creates 447 sessions a second on the machine of bench/RESULTS.md. */
const PEER_PER_SECOND = 447;

/** A submission is durable when it is answered, and still cheaper than the naive way. */
export const row: BenchRow = {
  id: "bench.submit",
  title: "POST /tasks, durable, 32 connections",
  goal: "≥ bare Fastify with two inserts, ≥ 10 × opencode serve (447/s)",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const dataDir = join(folder, "data");
  const body = { prompt: "Fix the failing date test", project: "bench" };
  const floorFolder = join(folder, "floor");
  mkdirSync(floorFolder);
  const common = { connections: CONNECTIONS, method: "POST", body } as const;
  const floor = await (async () => {
    await using server = await startFloor(floorFolder);
    await load({ ...common, url: `${server.url}/tasks`, seconds: 2 });
    return await load({ ...common, url: `${server.url}/tasks`, seconds: SECONDS });
  })();
  await using server = await startHarness(dataDir);
  await registerIdle(server, folder, dataDir);
  const { url, token } = server;
  await load({ ...common, url: `${url}/tasks`, token, seconds: 2 });
  const ours = await load({ ...common, url: `${url}/tasks`, token, seconds: SECONDS });
  return {
    value: ours.perSecond,
    unit: "/s",
    floor: { name: "bare Fastify, two inserts", value: floor.perSecond },
    met: ours.failed === 0 && ours.perSecond >= floor.perSecond && ours.perSecond >= 10 * PEER_PER_SECOND,
    note: `p99 ${ours.p99} ms; failed ${ours.failed}; ${(ours.perSecond / PEER_PER_SECOND).toFixed(0)} × opencode serve`,
  };
}
