// The one entry of every npm script: `node scripts/run.mjs <task> [arguments]`.
// It runs on any Node >= 20.19, installs what is missing, and goes on with the Node this repository pins.
import { ensureInstalled, pinnedNode, refuseOldNode, root } from "./install.mjs";
import { runToEnd } from "./spawn.mjs";

const tasks = {
  start: ["scripts/start.mjs"],
  demo: ["scripts/demo.ts"],
  test: ["scripts/test.mjs"],
  check: ["scripts/check.mjs"],
  docs: ["scripts/docs.ts"],
  bench: ["scripts/bench.mjs"],
  build: ["scripts/build.mjs"],
};

const [task, ...rest] = process.argv.slice(2);
const command = task === undefined || !Object.hasOwn(tasks, task) ? undefined : tasks[task];
if (command === undefined) {
  console.error(`Unknown task "${task ?? ""}". Tasks: ${Object.keys(tasks).join(", ")}.`);
  process.exit(2);
}
refuseOldNode();
await ensureInstalled();
process.exitCode = await runToEnd(pinnedNode(), [...command, ...rest], { cwd: root });
