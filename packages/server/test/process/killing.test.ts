import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { firstLine, gone, isAlive, nodePath, ProcessBench, processesWith } from "./bench.ts";

const owner = fileURLToPath(new URL("owner.ts", import.meta.url));

describe("stopping a program", () => {
  it("asks first: a program that obeys SIGTERM ends by itself [req:process.graceful-stop]", async () => {
    await using bench = new ProcessBench();
    const ready = firstLine();
    const child = bench.runner.start(
      bench.fixture("stops-on-sigterm", [], { onLine: ready.onLine, killGraceMs: 10_000 }),
    );
    await ready.line;
    expect(await child.kill()).toMatchObject({ exitCode: 3, signal: null, reason: "aborted" });
    expect(existsSync(join(bench.dir, "stopped"))).toBe(true);
  });

  it("kills one that ignores SIGTERM after the grace [req:process.kill-escalation]", async () => {
    await using bench = new ProcessBench();
    const ready = firstLine();
    const stop = new AbortController();
    const spec = bench.fixture("ignores-sigterm", [], { onLine: ready.onLine, signal: stop.signal });
    const child = bench.runner.start(spec);
    await ready.line;
    stop.abort();
    const outcome = await child.exited;
    expect(outcome).toMatchObject({ exitCode: null, signal: "SIGKILL", reason: "aborted" });
    expect(outcome.stdout.text).toContain("ignored SIGTERM");
    expect(processesWith(bench.cookie)).toEqual([]);
  });

  it.for(["leave", "stay"])(
    "kills an orphan in a session of its own that ignores SIGTERM (%s) [req:process.kill-tree]",
    async (mode) => {
      await using bench = new ProcessBench();
      const ready = firstLine();
      const child = bench.runner.start(
        bench.fixture("forks-a-setsid-grandchild", [mode], { onLine: ready.onLine }),
      );
      await ready.line;
      const outcome = await (mode === "stay" ? child.kill() : child.exited);
      expect(outcome.survivorsKilled).toBeGreaterThanOrEqual(1);
      expect(processesWith(bench.cookie)).toEqual([]);
      expect(bench.ledger()).toEqual([]);
    },
  );

  it("ends although an unmarked grandchild holds the output open [req:process.held-pipe]", async () => {
    await using bench = new ProcessBench();
    const outcome = await bench.runner.run(bench.fixture("holds-stdout-open"));
    const holder = Number(outcome.stdout.text);
    expect(outcome).toMatchObject({ exitCode: 0, reason: "exited" });
    expect(outcome.durationMs).toBeLessThan(5_000);
    await gone(holder);
  });

  it("of one known to stay in its group looks for what is in it or holds the output [req:process.stays-in-group]", async () => {
    await using bench = new ProcessBench();
    const stays = { staysInGroup: true };
    const left = bench.fixture("", ["-c", "sleep 600 >/dev/null 2>&1 & exit 0"], { file: "sh", ...stays });
    expect(await bench.runner.run(left)).toMatchObject({ exitCode: 0, survivorsKilled: 1 });
    const held = await bench.runner.run(bench.fixture("holds-stdout-open", [], stays));
    expect(held).toMatchObject({ exitCode: 0, survivorsKilled: 1 });
    await gone(Number(held.stdout.text));
    const nothing = await bench.runner.run(bench.fixture("exits-0-with-nothing", [], stays));
    expect(nothing).toMatchObject({ exitCode: 0, survivorsKilled: 0 });
    expect(processesWith(bench.cookie)).toEqual([]);
    expect(bench.ledger()).toEqual([]);
  });

  it("ends a silent one at the idle limit, by which stream it ever spoke [req:process.timeout-idle]", async () => {
    await using bench = new ProcessBench();
    const outcome = await bench.runner.run(bench.fixture("hangs", [], { idleTimeoutMs: 300 }));
    expect(outcome).toMatchObject({ reason: "timeout_idle", signal: "SIGTERM" });
    const script =
      "let n = 0; setInterval(() => { process.stderr.write('.'); if (++n === 10) process.exit(0); }, 100)";
    const talking = await bench.runner.run(
      bench.fixture("", ["-e", script], { file: "node", idleTimeoutMs: 700 }),
    );
    expect(talking).toMatchObject({ reason: "exited", exitCode: 0 });
  });

  it("ends a long one at the total limit [req:process.timeout-total]", async () => {
    await using bench = new ProcessBench();
    const spec = bench.fixture("floods-stdout", ["1e15"], { totalTimeoutMs: 300, idleTimeoutMs: 60_000 });
    expect(await bench.runner.run(spec)).toMatchObject({ reason: "timeout_total" });
  });

  it("by its cookie stops all of one attempt and nothing of another [req:process.kill-cookie]", async () => {
    await using bench = new ProcessBench();
    await using other = new ProcessBench();
    const ready = [firstLine(), firstLine(), firstLine()] as const;
    const first = bench.runner.start(bench.fixture("hangs", [], { onLine: ready[0].onLine }));
    const second = bench.runner.start(
      bench.fixture("forks-a-setsid-grandchild", ["stay"], { onLine: ready[1].onLine }),
    );
    // The same cookie in another data directory is another attempt.
    const foreign = other.runner.start(
      other.fixture("hangs", [], { onLine: ready[2].onLine, cookie: bench.cookie }),
    );
    await Promise.all(ready.map(({ line }) => line));
    expect(await bench.runner.killCookie(bench.cookie)).toBe(2);
    expect((await first.exited).reason).toBe("aborted");
    expect((await second.exited).reason).toBe("aborted");
    expect(processesWith(bench.cookie)).toEqual([foreign.pid]);
    await foreign.kill();
  });

  it("of one program leaves another of the same attempt running", async () => {
    await using bench = new ProcessBench();
    const ready = firstLine();
    const stays = bench.runner.start(bench.fixture("hangs", [], { onLine: ready.onLine }));
    await ready.line;
    await bench.runner.run(bench.fixture("exits-0-with-nothing"));
    expect(isAlive(stays.pid!)).toBe(true);
  });
});

describe("after a crash of the server", () => {
  /** A second server process that starts a fixture, says so, and is then killed. */
  async function crashedOwner(
    bench: ProcessBench,
    point: "before" | "after" | "alive",
  ): Promise<() => Promise<void>> {
    const env = { PATH: nodePath, LEDGER_DIR: bench.ledgerDir, COOKIE: bench.cookie, POINT: point };
    const server = spawn(process.execPath, [owner], {
      env,
      cwd: bench.dir,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
    await new Promise<void>((resolve) => server.stdout.once("data", () => resolve()));
    const kill = (): Promise<void> => {
      server.kill("SIGKILL");
      return exited;
    };
    if (point !== "alive") await kill();
    return kill;
  }

  it.for(["after", "before"] as const)(
    "what was spawned is reaped, also when the crash came %s it was written down [req:process.reap]",
    async (point) => {
      await using bench = new ProcessBench();
      await crashedOwner(bench, point);
      const orphans = processesWith(bench.cookie);
      expect(orphans.length).toBeGreaterThanOrEqual(2);
      const reaped = await bench.runner.reapDeadOwners();
      expect(reaped.map(({ pid }) => pid).sort()).toEqual(orphans.sort());
      expect(new Set(reaped.map(({ cookie, found }) => `${cookie} ${found}`))).toEqual(
        new Set([`${bench.cookie} ${point === "after" ? "ledger" : "cookie"}`]),
      );
      expect(bench.reaped).toEqual(reaped);
      expect(processesWith(bench.cookie)).toEqual([]);
      expect(await bench.runner.reapDeadOwners()).toEqual([]);
      if (point === "after") expect(bench.ledger()).toEqual([]);
    },
  );

  it("what belongs to a living server or another data directory is left alone [req:process.reap-only-ours]", async () => {
    await using bench = new ProcessBench();
    await using other = new ProcessBench();
    const kill = await crashedOwner(bench, "alive");
    expect(await bench.runner.reapDeadOwners()).toEqual([]);
    await kill();
    expect(await other.runner.reapDeadOwners()).toEqual([]);
    expect(processesWith(bench.cookie).length).toBeGreaterThanOrEqual(2);
    expect((await bench.runner.reapDeadOwners()).length).toBeGreaterThanOrEqual(2);
  });

  it("a pid that was used again is not killed [req:process.pid-reuse]", async () => {
    await using bench = new ProcessBench();
    const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 60_000)"], {
      stdio: "ignore",
      env: {},
    });
    const ready = firstLine();
    const child = bench.runner.start(bench.fixture("hangs", [], { onLine: ready.onLine }));
    await ready.line;
    await child.kill();
    const boot_id = "11111111-2222-3333-4444-555555555555";
    const entry = {
      pid: stranger.pid,
      start_time: "1",
      cookie: "att_old",
      mark: "x.1.1.1",
      owner_pid: 1,
      owner_start_time: "1",
    };
    const here = (await import("node:fs")).readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    writeFileSync(join(bench.ledgerDir, "reused.json"), JSON.stringify({ ...entry, boot_id: here }));
    writeFileSync(join(bench.ledgerDir, "rebooted.json"), JSON.stringify({ ...entry, boot_id }));
    writeFileSync(join(bench.ledgerDir, "half.json"), '{"pid": 1');
    expect(await bench.runner.reapDeadOwners()).toEqual([]);
    expect(isAlive(stranger.pid!)).toBe(true);
    stranger.kill("SIGKILL");
  });
});
