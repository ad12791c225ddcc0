import { join } from "node:path";
import { systemClock } from "@harness/protocol";
import { ProcessRunner } from "../../src/process/index.ts";
import { agentsDir } from "./bench.ts";

// A server of its own, to be killed by the test: starts a program with an orphan in another session, and says so
// before or after it was written down.
const { LEDGER_DIR: ledgerDir, COOKIE: cookie, POINT: point, PATH: path } = process.env;

const runner = new ProcessRunner({
  clock: systemClock,
  ledgerDir: ledgerDir!,
  killGraceMs: 1000,
  failpoint: () => {
    if (point !== "before") return;
    // Output is not read before the ledger is written, so the program's word cannot be waited for here.
    setTimeout(() => console.log("not written down"), 300);
    return new Promise(() => {});
  },
});
runner.start({
  file: join(agentsDir, "forks-a-setsid-grandchild"),
  args: ["stay"],
  cwd: process.cwd(),
  env: { PATH: path! },
  cookie: cookie!,
  onLine: () => console.log("ready"),
});
