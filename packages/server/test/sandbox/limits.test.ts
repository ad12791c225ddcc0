import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import type { ProcessOutcome } from "../../src/process/index.ts";
import type { RunLimits } from "../../src/sandbox/index.ts";
import { processesWith } from "../process/bench.ts";
import { SandboxBench } from "./bench.ts";

const MIB = 1024 ** 2;

interface Hog {
  readonly name: string;
  readonly limits: Partial<RunLimits>;
  readonly program: string;
  readonly limit: "processes" | "memory" | "disk" | "cpu";
}

const hogs: readonly Hog[] = [
  {
    name: "a fork bomb",
    limits: { processes: 60 },
    program: `const { spawn } = require("node:child_process"); const bomb = () => { try { spawn("sleep", ["60"]).on("error", () => {}); } catch {} setImmediate(bomb); }; bomb();`,
    limit: "processes",
  },
  {
    name: "a program that eats memory",
    limits: { memoryBytes: 300 * MIB },
    program: `const kept = []; setInterval(() => kept.push(Buffer.alloc(${32 * MIB}, 1)), 10);`,
    limit: "memory",
  },
  {
    name: "a program that fills the disk with many files",
    limits: { diskBytes: 40 * MIB },
    program: `let n = 0; setInterval(() => require("node:fs").writeFileSync("f" + n++, Buffer.alloc(${4 * MIB}, 1)), 20);`,
    limit: "disk",
  },
  {
    name: "a program that computes for ever, in a child",
    limits: { cpuSecs: 2 },
    program: `const { spawn } = require("node:child_process"); for (let i = 0; i < 3; i++) spawn(process.execPath, ["-e", "for (;;);"], { detached: true }); setInterval(() => {}, 1000);`,
    limit: "cpu",
  },
];

async function run(bench: SandboxBench, program: string): Promise<ProcessOutcome> {
  const spec = bench.spec(process.execPath, ["-e", program], { readable: [dirname(process.execPath)] });
  return bench.runner.run(await bench.spawnSpec(spec, { totalTimeoutMs: 60_000 }));
}

describe.each(["bwrap", "unshare", "none"] as const)("a run under %s", (choice) => {
  it.each(hogs)("ends $name at its limit and says which [req:sandbox.limits]", async (hog) => {
    await using bench = new SandboxBench(choice, hog.limits);
    const probe = await bench.driver.probe();
    if (!probe.ok) throw new Error(`${probe.reason}. ${probe.fix}`);
    const outcome = await run(bench, hog.program);
    expect(outcome).toMatchObject({
      reason: "limit_reached",
      limit: { name: hog.limit },
      error: expect.stringContaining("sandbox.limits."),
    });
    expect(processesWith(bench.cookie)).toEqual([]);
    expect((await run(bench, "console.log(1)")).stdout.text, "the next run is not held to it").toBe("1\n");
  });
});

describe("what bounds a run besides", () => {
  it("no file grows above the limit, nor what is kept in memory [req:sandbox.limits]", async () => {
    await using bench = new SandboxBench("bwrap", { diskBytes: 8 * MIB, tmpBytes: 4 * MIB });
    const script =
      "head -c 40M /dev/zero > big; stat -c %s big; head -c 20M /dev/zero > /tmp/big; stat -c %s /tmp/big; ulimit -c";
    const outcome = await bench.sh(script);
    const [file, tmp, core] = outcome.stdout.text.trim().split("\n").map(Number);
    expect([file, core]).toEqual([8 * MIB, 0]);
    expect(tmp).toBeLessThanOrEqual(4 * MIB);
  });

  it("control groups are left by nobody", async ({ skip }) => {
    await using bench = new SandboxBench("bwrap");
    const wrapped = await bench.sandbox.wrap(bench.spec("cat", ["/proc/self/cgroup"]));
    const groups = wrapped.resources?.groups ?? [];
    if (groups.length === 0) return skip("this user may make no control groups here");
    const outcome = await bench.runner.run({ ...wrapped, cwd: bench.workspace, cookie: bench.cookie });
    expect(outcome.exitCode).toBe(0);
    for (const group of groups) expect(readFileSync(`${group}/cgroup.procs`, "utf8")).toBe("");
    await bench.sandbox.reap(bench.workspace);
    for (const group of groups) expect(existsSync(group)).toBe(false);
    const place = dirname(groups[0]!);
    expect(readdirSync(place).filter((name) => name.startsWith(`harness-${process.pid}-probe`))).toEqual([]);
  });
});
