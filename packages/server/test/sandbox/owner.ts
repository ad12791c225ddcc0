import { systemClock } from "@harness/protocol";
import { ProcessRunner, type SpawnSpec } from "../../src/process/index.ts";

// A server of its own, to be killed by the test: starts the confined program it was given, and says when it runs.
const [ledgerDir, spec] = process.argv.slice(2) as [string, string];
const runner = new ProcessRunner({ clock: systemClock, ledgerDir, killGraceMs: 1000 });
runner.start({ ...(JSON.parse(spec) as SpawnSpec), onLine: () => console.log("ready") });
