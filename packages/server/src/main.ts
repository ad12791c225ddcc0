import { homedir } from "node:os";
import { startServer } from "./start-server.ts";

/** Runs a server with the settings of its surroundings until it is told to stop. Used by tests and benchmarks. */
const server = await startServer({
  flags: {},
  env: process.env,
  cwd: process.cwd(),
  home: homedir(),
  platform: process.platform,
  stderr: (line) => process.stderr.write(`${line}\n`),
});
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void server.stop(signal).then(() => process.exit(0)));
}
