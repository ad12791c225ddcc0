import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@harness/protocol";
import { ProcessRunner } from "../../packages/server/src/process/index.ts";
import { createSandbox, type SandboxDeps } from "../../packages/server/src/sandbox/index.ts";
import { median, timed, withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";

const TIMES = 40;
const DRIVERS = ["bwrap", "unshare", "srt", "docker"] as const;
const PROTECTED = [".git/config", ".git/hooks", ".git/info", ".claude", ".mcp.json", ".codex", ".harness"];

/** What being confined costs a program, beside the same program started plainly. */
export const row: BenchRow = {
  id: "bench.sandbox-spawn",
  title: "a program that does nothing, confined by bwrap, from the call to its end, median",
  goal: "< 100 ms",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const workspace = join(folder, "workspace");
  mkdirSync(join(workspace, ".git"), { recursive: true });
  const runner = new ProcessRunner({
    clock: systemClock,
    ledgerDir: join(folder, "processes"),
    killGraceMs: 1000,
  });
  const deps = { runner, scratchDir: join(folder, "sandbox"), path: process.env["PATH"] ?? "" };
  const floor = await spawns(runner, workspace, { ...deps, choice: "none" });
  const found: string[] = [];
  let value = Number.POSITIVE_INFINITY;
  for (const choice of DRIVERS) {
    const sandbox = createSandbox({ ...deps, choice });
    const probe = await sandbox.probe();
    if (!probe.ok) {
      found.push(`${choice}: ${probe.reason}`);
      continue;
    }
    const taken = await spawns(runner, workspace, { ...deps, choice });
    if (choice === "bwrap") value = taken;
    found.push(`${choice} ${taken.toFixed(0)} ms`);
    if (choice !== "bwrap" && choice !== "unshare") continue;
    const listed = await spawns(runner, workspace, { ...deps, choice }, { hosts: ["api.example.com"] });
    found.push(`${choice} with listed hosts ${listed.toFixed(0)} ms`);
  }
  return {
    value,
    unit: "ms",
    floor: { name: "the same without a sandbox, through the same runner", value: floor },
    met: value < 100,
    note: `${TIMES} times one after another, protected paths and limits included; ${found.join("; ")}`,
  };
}

async function spawns(
  runner: ProcessRunner,
  workspace: string,
  deps: SandboxDeps,
  network: "none" | { readonly hosts: readonly string[] } = "none",
): Promise<number> {
  const sandbox = createSandbox(deps);
  await sandbox.probe();
  const taken: number[] = [];
  for (let n = 0; n < TIMES; n += 1) {
    const once = async () => {
      const wrapped = await sandbox.wrap({
        profile: "workspace-write",
        workspace,
        network,
        hidden: [],
        protected: PROTECTED,
        file: "true",
        args: [],
        env: { PATH: "/usr/bin:/bin" },
      });
      const outcome = await runner.run({ ...wrapped, cwd: workspace, cookie: "bench" });
      if (outcome.exitCode !== 0) throw new Error(outcome.error ?? outcome.stderr.text);
    };
    taken.push(await timed(once));
    await sandbox.reap(workspace);
  }
  return median(taken);
}
