// `npm run bench`: builds what is stale, since what users run is measured, and measures.
import { buildIfStale } from "./build-stale.mjs";
import { root } from "./install.mjs";
import { runToEnd } from "./spawn.mjs";

await buildIfStale();
process.exitCode = await runToEnd(process.execPath, ["bench/run.ts", ...process.argv.slice(2)], {
  cwd: root,
});
