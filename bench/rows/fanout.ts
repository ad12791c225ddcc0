import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { percentile, withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { registerIdle } from "../seed.ts";
import { call, startHarness } from "../server.ts";

const CLIENTS = 1000;
const SUBMISSIONS = 200;
const PAUSE_MS = 50;

/** Everybody who watches sees it at once. */
export const row: BenchRow = {
  id: "bench.fanout",
  title: "event appended to the last of 1,000 SSE clients, p99",
  goal: "< 100 ms",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const dataDir = join(folder, "data");
  await using server = await startHarness(dataDir);
  await registerIdle(server, folder, dataDir);
  const script = join(import.meta.dirname, "../sse-clients.ts");
  const clients = spawn(process.execPath, [script, `${server.url}/events`, server.token, String(CLIENTS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const late: number[] = [];
    const lines = createInterface({ input: clients.stdout });
    await once(lines, "line");
    lines.on("line", (line) => late.push(Number(line)));
    for (let n = 0; n < SUBMISSIONS; n += 1) {
      await call(server, "POST", "/tasks", { prompt: `Task ${n}`, project: "bench" });
      await sleep(PAUSE_MS);
    }
    while (late.length < SUBMISSIONS) await once(lines, "line");
    const value = percentile(late, 0.99);
    return {
      value,
      unit: "ms",
      met: value < 100,
      note: `${late.length} events, ${1000 / PAUSE_MS}/s; median ${percentile(late, 0.5)} ms`,
    };
  } finally {
    clients.kill("SIGKILL");
  }
}
