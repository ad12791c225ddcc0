import { systemClock } from "@harness/protocol";
import { ProcessRunner, type SpawnSpec } from "../../src/process/index.ts";

// A server of its own, to be killed by the test: starts many programs at once and says when all of them run.
const [ledgerDir = "", specs = "[]"] = process.argv.slice(2);
const runner = new ProcessRunner({ clock: systemClock, ledgerDir, killGraceMs: 1000 });
const all = JSON.parse(specs) as SpawnSpec[];
let ready = 0;
const onLine = () => {
  ready += 1;
  if (ready === all.length) console.log("ready");
};
for (const spec of all) runner.start({ ...spec, onLine });
