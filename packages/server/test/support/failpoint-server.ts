import { homedir } from "node:os";
import { z } from "zod";
import { startServer } from "../../src/start-server.ts";
import { manualClock } from "./manual-clock.ts";

/**
 * A server that dies where a test tells it to: `HARNESS_TEST_FAILPOINT=K9@2` kills the process with SIGKILL the second
 * time K9 is reached. Only this test program has fail points; the product passes none.
 *
 * With `HARNESS_TEST_CLOCK` (epoch ms) its clock stands still there, and moves on when the test sends `{advance: ms}`.
 */
const [name, nth] = (process.env["HARNESS_TEST_FAILPOINT"] ?? "").split("@");
let seen = 0;
const shows = process.env["HARNESS_TEST_CLOCK"];
const clock = shows === undefined ? undefined : manualClock(Number(shows));
process.on("message", (message) => {
  clock?.advance(z.object({ advance: z.number() }).parse(message).advance);
  process.send?.({ now: clock?.now() });
});
const server = await startServer({
  flags: {},
  env: process.env,
  cwd: process.cwd(),
  home: process.env["HOME"] ?? homedir(),
  platform: process.platform,
  stderr: (line) => process.stderr.write(`${line}\n`),
  ...(clock ? { clock } : {}),
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
