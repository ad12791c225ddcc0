import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDataDir, type DataDirPaths } from "../../src/config/index.ts";
import { readSupervisorRecord, type SupervisorRecord } from "../../src/supervisor/record.ts";
import { Supervisor } from "../../src/supervisor/supervisor.ts";
import { SupervisorLog } from "../../src/supervisor/supervisor-log.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";
import { testDir } from "../support/test-app.ts";

/** A server as a supervisor sees one: it writes down where it is, says so, and does what the test says. */
function serverProgram(paths: DataDirPaths, then: string) {
  const source = `
    const fs = require("node:fs");
    fs.writeFileSync(${JSON.stringify(paths.server)}, JSON.stringify({ url: "http://x", pid: process.pid, run_by: process.env.HARNESS_RUN_BY }));
    console.error("listening");
    ${then}`;
  return { file: process.execPath, args: ["-e", source], cwd: paths.root, env: {} };
}

describe("a supervisor", () => {
  let dir = "";
  let paths: DataDirPaths;
  let clock: ManualClock;
  let log: SupervisorLog;
  beforeEach(() => {
    dir = testDir("supervisor");
    paths = createDataDir(path.join(dir, "data"));
    clock = manualClock("2026-01-01T22:00:00Z");
  });
  afterEach(() => {
    log[Symbol.dispose]();
    rmSync(dir, { recursive: true, force: true });
  });

  function supervisor(then: string, maxBytes = 1_000_000): Supervisor {
    const redact = (text: string) => text.replaceAll("secret", "[redacted]");
    log = new SupervisorLog({ dir: paths.logs, clock, maxBytes, redact });
    return new Supervisor({
      paths,
      clock,
      version: "1.2.3",
      server: serverProgram(paths, then),
      drainMs: 30_000,
      log,
      onReady: () => {},
    });
  }

  async function inState(state: SupervisorRecord["state"]): Promise<SupervisorRecord> {
    for (;;) {
      const record = readSupervisorRecord(paths.supervisor);
      if (record?.state === state) return record;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  it("gives up after ten crashes in a row and leaves a record of why [req:up.back-off]", async () => {
    const running = supervisor('console.error("out of secret memory"); process.exit(7);').run();
    const pauses: number[] = [];
    for (let crash = 1; crash < 10; crash += 1) {
      const { next_start_at } = await inState("waiting");
      const pause = Date.parse(next_start_at!) - clock.now();
      pauses.push(pause / 1000);
      clock.advance(pause);
      // The next state is written in the turn in which the pause ends.
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await running).toBe(false);
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(readSupervisorRecord(paths.supervisor)).toMatchObject({
      state: "gave_up",
      reason: "The server crashed 10 times within 15 minutes.",
      version: "1.2.3",
      server: null,
      restarts: 9,
      last_crash: { exit_code: 7, signal: null, lines: ["listening", "out of [redacted] memory"] },
    });
    expect(statSync(paths.supervisor).mode & 0o777).toBe(0o600);
    const events = readFileSync(path.join(paths.logs, "harness-supervisor.log"), "utf8");
    expect(events.match(/ended: exit code 7/g)).toHaveLength(10);
    expect(events).toContain("gave up: The server crashed 10 times");
  });

  it("kills a server that does not stop in time [req:up.down]", async () => {
    const one = supervisor(
      'process.on("SIGTERM", () => console.error("deaf")); setInterval(() => {}, 1000);',
    );
    const running = one.run();
    const { server } = await inState("running");
    one.stop("drain");
    await inState("stopping");
    clock.advance(39_999);
    expect(clock.waiting).toHaveLength(1);
    clock.advance(1);
    expect(await running).toBe(true);
    expect(() => process.kill(server!.pid, 0)).toThrow();
    expect(readSupervisorRecord(paths.supervisor)).toMatchObject({ state: "stopped", last_crash: null });
  });

  it("puts the server's output into files of bounded size and number, without secrets [req:up.logs-rotated]", async () => {
    const flood = 'for (let i = 0; i < 2000; i += 1) console.log("line " + i + " secret");';
    expect(await supervisor(flood, 4096).run()).toBe(true);
    const files = readdirSync(paths.logs).filter((name) => name.startsWith("harness-server.log"));
    expect(files.sort()).toEqual(["", ".1", ".2", ".3", ".4"].map((end) => `harness-server.log${end}`));
    for (const name of files) expect(statSync(path.join(paths.logs, name)).size).toBeLessThan(4096 + 100);
    const text = files.map((name) => readFileSync(path.join(paths.logs, name), "utf8")).join("");
    expect(text).toContain("line 1999 [redacted]");
    expect(text).not.toContain("secret");
  });
});
