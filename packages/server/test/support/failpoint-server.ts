import { homedir } from "node:os";
import { startServer } from "../../src/start-server.ts";

/**
 * A server that dies where a test tells it to: `HARNESS_TEST_FAILPOINT=K9@2` kills the process with SIGKILL the second
 * time K9 is reached. Only this test program has fail points; the product passes none.
 */
const [name, nth] = (process.env["HARNESS_TEST_FAILPOINT"] ?? "").split("@");
let seen = 0;
const server = await startServer({
  flags: {},
  env: process.env,
  cwd: process.cwd(),
  home: process.env["HOME"] ?? homedir(),
  platform: process.platform,
  stderr: (line) => process.stderr.write(`${line}\n`),
  failpoint: (point, detail = "") => {
    // Of all programs that are started, K5 means an attempt's: git's own runs have no attempt.
    if (point !== name || (point === "K5" && !detail.startsWith("att_"))) return undefined;
    seen += 1;
    if (seen === Number(nth ?? "1")) process.kill(process.pid, "SIGKILL");
    // SIGKILL is not instant; nothing may happen after the point.
    return seen === Number(nth ?? "1") ? new Promise<void>(() => {}) : undefined;
  },
});
process.once("SIGTERM", () => void server.stop("SIGTERM").then(() => process.exit(0)));
