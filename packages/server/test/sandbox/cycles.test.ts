import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { systemClock } from "@harness/protocol";
import pLimit from "p-limit";
import { expect, it } from "vitest";
import { ProcessRunner, type SpawnSpec } from "../../src/process/index.ts";
import { firstLine } from "../process/bench.ts";
import { SandboxBench } from "./bench.ts";

/** What an agent leaves behind: a child in a session of its own, one that ignores hang-ups, one forked twice. */
const LEAVES =
  "setsid sleep 900 & nohup sleep 900 >/dev/null 2>&1 & (setsid sh -c 'trap \"\" TERM; sleep 900 & exec sleep 900' &) ; trap '' TERM; echo ready; ";
/** Processes at once; two cores do no more in the same time. */
const AT_ONCE = 12;

/** Processes that carry this mark in their environment. */
function marked(mark: string): number {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/environ`, "latin1").includes(mark);
    } catch {
      return false;
    }
  }).length;
}

async function specs(bench: SandboxBench, mark: string, count: number, end: string): Promise<SpawnSpec[]> {
  const spec = bench.spec("sh", ["-c", LEAVES + end]);
  const make = async (_: unknown, i: number) =>
    bench.spawnSpec(spec, { cookie: `${mark}-${i}`, killGraceMs: 50 });
  return Promise.all(Array.from({ length: count }, make));
}

it("500 runs that were cancelled, or whose agent or server crashed, leave no process [req:sandbox.cycles]", async ({
  skip,
}) => {
  await using bench = new SandboxBench("bwrap");
  await using unconfined = new SandboxBench("none");
  const probe = await bench.driver.probe();
  if (!probe.ok) return skip(`${probe.reason}. ${probe.fix}`);
  const mark = `cycle-${crypto.randomUUID()}`;
  const limit = pLimit(AT_ONCE);
  let cycles = 0;

  const cancelled = [
    ...(await specs(bench, mark, 130, "wait")),
    ...(await specs(unconfined, mark, 60, "wait")),
  ];
  const crashed = [
    ...(await specs(bench, mark, 100, "kill -9 $$")),
    ...(await specs(unconfined, mark, 60, "kill -9 $$")),
  ];
  await Promise.all(
    [
      ...cancelled.map((spec) => ({ spec, cancel: true })),
      ...crashed.map((spec) => ({ spec, cancel: false })),
    ].map(({ spec, cancel }) =>
      limit(async () => {
        const ready = firstLine();
        const child = bench.runner.start({ ...spec, onLine: ready.onLine });
        await ready.line;
        const outcome = await (cancel ? child.kill() : child.exited);
        expect(outcome.reason).toBe(cancel ? "aborted" : "exited");
        cycles += 1;
      }),
    ),
  );
  expect(marked(mark)).toBe(0);

  const owner = fileURLToPath(new URL("cycles-owner.ts", import.meta.url));
  for (const [one, count] of [
    [bench, 30],
    [bench, 30],
    [bench, 30],
    [unconfined, 30],
    [unconfined, 30],
  ] as const) {
    const ledger = join(one.dataDir, "dead-ledger");
    const all = JSON.stringify(await specs(one, mark, count, "wait"));
    const server = spawn(process.execPath, [owner, ledger, all], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => server.stdout.once("data", resolve));
    expect(marked(mark)).toBeGreaterThanOrEqual(count);
    server.kill("SIGKILL");
    await new Promise((resolve) => server.once("exit", resolve));
    // The next server of the same data directory ends what no namespace ended.
    await using next = new ProcessRunner({ clock: systemClock, ledgerDir: ledger, killGraceMs: 50 });
    await next.reapDeadOwners();
    for (let looks = 0; marked(mark) > 0 && looks < 50; looks += 1) await sleep(20);
    expect(marked(mark)).toBe(0);
    cycles += count;
  }
  expect(cycles).toBe(500);
}, 300_000);
