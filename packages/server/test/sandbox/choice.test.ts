import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { isHarnessError, systemClock } from "@harness/protocol";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { ProcessRunner } from "../../src/process/index.ts";
import { createSandbox } from "../../src/sandbox/index.ts";
import { SandboxBench } from "./bench.ts";

const run = promisify(execFile);

/** A runner on whose machine no program of a sandbox can be started. */
class BrokenRunner extends ProcessRunner {
  override run(spec: Parameters<ProcessRunner["run"]>[0]): ReturnType<ProcessRunner["run"]> {
    return super.run({ ...spec, file: "/nonexistent" });
  }
}

describe("choosing a sandbox", () => {
  it("refuses to run a program when none works, and says what to do [req:sandbox.fail-closed]", async () => {
    await using bench = new SandboxBench("unshare");
    const ledgerDir = join(bench.dataDir, "ledger");
    const runner = new BrokenRunner({ clock: systemClock, ledgerDir, killGraceMs: 100 });
    for (const choice of ["auto", "bwrap", "unshare"] as const) {
      const sandbox = createSandbox({ runner, choice, scratchDir: join(bench.dataDir, "scratch") });
      const refusal = await sandbox.wrap(bench.spec("true", [])).catch((error: unknown) => error);
      expect(isHarnessError(refusal, "sandbox_unavailable") && refusal.details.hint).toMatch(/[a-z]/);
      expect(sandbox.driver).toBeUndefined();
    }
    const none = createSandbox({ runner, choice: "none", scratchDir: bench.dataDir });
    // What bounds the run may stand before the program; nothing confines it.
    const { file, args } = await none.wrap(bench.spec("true", ["x"]));
    expect([file, ...args].slice(-2)).toEqual(["true", "x"]);
    expect(none.driver).toBe("none");
  });

  it("takes the first that works, once", async ({ skip }) => {
    await using bench = new SandboxBench("bwrap");
    const scratchDir = join(bench.dataDir, "scratch");
    const sandbox = createSandbox({ runner: bench.runner, choice: "auto", scratchDir });
    const probe = await sandbox.probe();
    if (!probe.ok) return skip(`${probe.reason}. ${probe.fix}`);
    expect(["bwrap", "unshare"]).toContain(sandbox.driver);
    expect(await sandbox.probe()).toBe(probe);
  });

  it("works from a minified bundle [req:sandbox.bundle]", async ({ skip }) => {
    await using bench = new SandboxBench("unshare");
    const here = await bench.driver.probe();
    if (!here.ok) return skip(`${here.reason}. ${here.fix}`);
    const dir = mkdtempSync(join(tmpdir(), "harness-bundle-"));
    try {
      const entry = join(dir, "entry.ts");
      const sources = ["../../src/process/index.ts", "../../src/sandbox/index.ts"].map((path) =>
        fileURLToPath(new URL(path, import.meta.url)),
      );
      writeFileSync(
        entry,
        `import { ProcessRunner } from ${JSON.stringify(sources[0])};
        import { createSandbox } from ${JSON.stringify(sources[1])};
        const runner = new ProcessRunner({ clock: Date, ledgerDir: "${dir}/ledger", killGraceMs: 100 });
        console.log(JSON.stringify(await createSandbox({ runner, choice: "unshare", scratchDir: "${dir}/scratch" }).probe()));`,
      );
      for (const keepNames of [false, true]) {
        const outfile = join(dir, `bundle-${keepNames}.mjs`);
        await build({
          entryPoints: [entry],
          outfile,
          bundle: true,
          minify: true,
          keepNames,
          platform: "node",
          format: "esm",
        });
        const { stdout } = await run(process.execPath, [outfile]);
        expect(JSON.parse(stdout)).toMatchObject({ ok: true });
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
