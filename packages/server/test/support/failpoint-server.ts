import { homedir } from "node:os";
import { z } from "zod";
import { startServer } from "../../src/start-server.ts";
import { parseFailpoint } from "./failpoint.ts";
import { manualClock } from "./manual-clock.ts";

/**
 * A server that dies or meets a full disk where a test tells it to: `HARNESS_TEST_FAILPOINT=K9@2` kills the process with
 * SIGKILL the second time K9 is reached. Only this test program has fail points; the product passes none.
 *
 * With `HARNESS_TEST_CLOCK` (epoch ms) its clock stands still there, and moves on when the test sends `{advance: ms}`.
 */
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
  failpoint: parseFailpoint(process.env["HARNESS_TEST_FAILPOINT"] ?? ""),
});
process.once("SIGTERM", () => void server.stop("SIGTERM").then(() => process.exit(0)));
