// `npm start`: builds what is stale and serves; further arguments go to `harness serve`.
import { buildIfStale } from "./build-stale.mjs";
import { root } from "./install.mjs";
import { runToEnd } from "./spawn.mjs";

await buildIfStale();
process.exitCode = await runToEnd(
  process.execPath,
  ["packages/cli/bin/harness.js", "serve", ...process.argv.slice(2)],
  { cwd: root },
);
