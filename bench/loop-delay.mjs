// Preloaded into a server that is measured: at each SIGWINCH it writes how late its event loop was since the last one
// (p99, milliseconds) to the file BENCH_DELAY_FILE names. The signal means nothing to the server itself.
import { renameSync, writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

const RESOLUTION_MS = 5;
const file = process.env["BENCH_DELAY_FILE"];
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
process.on("SIGWINCH", () => {
  // The histogram holds the pause of its own timer too.
  writeFileSync(`${file}.new`, String(Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS)));
  renameSync(`${file}.new`, file);
  delay.reset();
});
