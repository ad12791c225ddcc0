import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { systemClock } from "@harness/protocol";
import { ProcessRunner } from "../../packages/server/src/process/index.ts";
import { withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";

const GIGABYTE = 1_000_000_000;
const CAP_BYTES = 1024 * 1024;
const RESOLUTION_MS = 5;
const flood = `const line = "x".repeat(999) + "\\n";
const block = Buffer.from(line.repeat(64));
let left = ${GIGABYTE};
const pour = () => {
  while (left > 0) {
    left -= block.length;
    if (!process.stdout.write(block)) return process.stdout.once("drain", pour);
  }
};
pour();`;

/** An agent that pours out a gigabyte must neither stop the server nor fill its memory. */
export const row: BenchRow = {
  id: "bench.flood",
  title: "agent flooding 1 GB of stdout: event-loop delay, p99",
  goal: "< 50 ms, RSS < 300 MB, output kept to the cap with the cut marked",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const runner = new ProcessRunner({
    clock: systemClock,
    ledgerDir: join(folder, "ledger"),
    killGraceMs: 1000,
  });
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let rss = 0;
  const sampler = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage.rss());
  }, 20);
  delay.enable();
  const outcome = await runner.run({
    file: process.execPath,
    args: ["-e", flood],
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "" },
    cookie: "flood",
    outputCapBytes: CAP_BYTES,
    onLine: () => {},
  });
  delay.disable();
  clearInterval(sampler);
  // The histogram holds the pause of its own timer too.
  const p99 = Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS);
  const { text, totalBytes, cutBytes } = outcome.stdout;
  const kept = totalBytes >= GIGABYTE && cutBytes > 0 && Buffer.byteLength(text) < CAP_BYTES + 1000;
  const megabytes = Math.round(rss / 1e6);
  return {
    value: p99,
    unit: "ms",
    met: p99 < 50 && megabytes < 300 && kept,
    note: `RSS ${megabytes} MB at most; ${totalBytes} bytes in ${Math.round(outcome.durationMs)} ms, all but ${totalBytes - cutBytes} cut`,
  };
}
