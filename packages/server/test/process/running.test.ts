import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { firstLine, ProcessBench } from "./bench.ts";

describe("a program that ends by itself", () => {
  it("gets its prompt on stdin, and its output, exit code and hash come back [req:process.outcome]", async () => {
    await using bench = new ProcessBench();
    const script =
      "process.stdin.pipe(process.stdout); process.stdin.on('end', () => (process.exitCode = 7))";
    const outcome = await bench.runner.run(
      bench.fixture("", ["-e", script], { file: "node", stdin: "grüß" }),
    );
    expect(outcome).toMatchObject({ exitCode: 7, signal: null, reason: "exited", survivorsKilled: 0 });
    expect(outcome.stdout.text).toBe("grüß");
    expect(outcome.stdout.sha256).toBe(createHash("sha256").update("grüß").digest("hex"));
    expect(outcome.startedAt).toBeGreaterThan(0);
  });

  it("sees only the environment it was given, and /dev/null as input [req:process.env]", async () => {
    await using bench = new ProcessBench();
    const script =
      "console.log(JSON.stringify(process.env)); process.stdin.on('end', () => console.log('eof')).resume()";
    const spec = bench.fixture("", ["-e", script], { file: process.execPath, env: { ONLY: "this" } });
    const [env, end] = (await bench.runner.run(spec)).stdout.text.trim().split("\n");
    const { HARNESS_OWNER: owner, ...rest } = JSON.parse(env!) as Record<string, string>;
    expect(rest).toEqual({ ONLY: "this", HARNESS_RUN: bench.cookie });
    expect(owner).toBeDefined();
    expect(end).toBe("eof");
  });

  it("is never read by a shell [req:process.no-shell]", async () => {
    await using bench = new ProcessBench();
    const hostile = "$(touch x); `touch x` && touch x | touch x > x\n--flag";
    const spec = bench.fixture("", ["-e", "console.log(process.argv[1])", hostile], { file: "node" });
    expect((await bench.runner.run(spec)).stdout.text).toBe(`${hostile}\n`);
    expect(existsSync(join(bench.dir, "x"))).toBe(false);
  });

  it("may close its input without harm [req:process.epipe]", async () => {
    await using bench = new ProcessBench();
    const stdin = "x".repeat(5_000_000);
    const outcome = await bench.runner.run(bench.fixture("exits-0-with-nothing", [], { stdin }));
    expect(outcome).toMatchObject({ exitCode: 0, reason: "exited" });
    expect(outcome.stdout).toMatchObject({ text: "", totalBytes: 0, cutBytes: 0 });
  });

  it("talks both ways over an open input", async () => {
    await using bench = new ProcessBench();
    const lines: string[] = [];
    const spec = bench.fixture("", ["-e", "process.stdin.pipe(process.stdout)"], {
      file: "node",
      stdin: "open",
      onLine: (_stream, line) => {
        lines.push(line);
        if (line === "one") void child.write("two\n").then(() => child.endInput());
      },
    });
    const child = bench.runner.start(spec);
    await child.write("one\n");
    expect((await child.exited).exitCode).toBe(0);
    expect(lines).toEqual(["one", "two"]);
    await child.write("nobody reads this");
  });

  it("may take its own directory away [req:process.cwd-gone]", async () => {
    await using bench = new ProcessBench();
    const cwd = join(bench.dir, "own");
    mkdirSync(cwd);
    const outcome = await bench.runner.run(bench.fixture("deletes-its-own-cwd", [], { cwd }));
    expect(outcome).toMatchObject({ exitCode: 0, reason: "exited" });
    expect(outcome.stdout.text).toBe("still here\n");
    const next = await bench.runner.run(bench.fixture("exits-0-with-nothing", [], { cwd }));
    expect(next).toMatchObject({ reason: "spawn_failed", exitCode: null });
    expect(next.error).toContain("working directory");
  });

  it("reports the signal that killed it, and its half line [req:process.crash]", async () => {
    await using bench = new ProcessBench();
    const lines: string[] = [];
    const outcome = await bench.runner.run(
      bench.fixture("crashes-mid-line", [], { onLine: (_stream, line) => lines.push(line) }),
    );
    expect(outcome).toMatchObject({ exitCode: null, signal: "SIGSEGV", reason: "exited" });
    expect(lines).toEqual(['{"type":"started"}', '{"type":"mess']);
  });

  it("that cannot be started is an outcome, not an exception [req:process.spawn-failed]", async () => {
    await using bench = new ProcessBench();
    for (const file of ["no-such-program", bench.dir, "nul\0byte"]) {
      const child = bench.runner.start(bench.fixture("", [], { file }));
      const outcome = await child.exited;
      expect(outcome).toMatchObject({ exitCode: null, signal: null, reason: "spawn_failed" });
      expect(outcome.error).toContain("Cannot start");
      expect(await child.kill()).toBe(outcome);
    }
    const signal = AbortSignal.abort();
    const aborted = await bench.runner.run(bench.fixture("hangs", [], { signal }));
    expect(aborted.reason).toBe("aborted");
    expect(bench.runner.live()).toEqual([]);
  });

  it("survives a handler that throws", async () => {
    await using bench = new ProcessBench();
    const onLine = (): never => {
      throw new Error("the adapter's fault");
    };
    const outcome = await bench.runner.run(bench.fixture("crashes-mid-line", [], { onLine }));
    expect(outcome.stdout.totalBytes).toBe(32);
    expect(bench.warnings).toHaveLength(1);
  });
});

describe("the ledger", () => {
  it("holds a running program, privately, before its output is read, and forgets it afterwards [req:process.ledger]", async () => {
    const order: string[] = [];
    await using bench = new ProcessBench(async (name) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      order.push(name);
    });
    const ready = firstLine();
    const onLine: typeof ready.onLine = (stream, line) => {
      order.push(`read with ${bench.ledger().length} written`);
      ready.onLine(stream, line);
    };
    const child = bench.runner.start(bench.fixture("hangs", [], { onLine }));
    await ready.line;
    expect(order).toEqual(["K5", "read with 1 written"]);
    const file = join(bench.ledgerDir, bench.ledger()[0]!);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      pid: child.pid,
      cookie: bench.cookie,
      owner_pid: process.pid,
      boot_id: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(bench.ledgerDir).mode & 0o777).toBe(0o700);
    expect(bench.runner.live()).toEqual([{ cookie: bench.cookie, pid: child.pid }]);
    await child.kill();
    expect(bench.ledger()).toEqual([]);
    expect(bench.runner.live()).toEqual([]);
  });

  it("that cannot be written does not stop the run", async () => {
    await using bench = new ProcessBench(() => rmSync(bench.ledgerDir, { recursive: true, force: true }));
    await bench.runner.run(bench.fixture("exits-0-with-nothing"));
    const outcome = await bench.runner.run(bench.fixture("exits-0-with-nothing"));
    expect(outcome.exitCode).toBe(0);
    expect(bench.warnings).toEqual(["A process could not be written down."]);
  });
});
