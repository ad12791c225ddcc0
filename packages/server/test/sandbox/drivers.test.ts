import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { confinementOf } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { SandboxBench } from "./bench.ts";
import { sandboxConformance } from "./conformance.ts";
import { attempts, escapeChecks } from "./escapes.ts";

const run = promisify(execFile);
const NOBODY = "65534";

it("there are at least 25 ways out to try, for every driver [req:sandbox.escapes, sandbox.drivers]", () => {
  expect(attempts.length).toBeGreaterThanOrEqual(25);
});

describe.each(["bwrap", "unshare", "srt"] as const)("the %s driver", (choice) => {
  const everything = [...sandboxConformance, ...escapeChecks].filter(
    ({ isolated }) => !isolated || confinementOf(choice) === "isolated",
  );
  // Not `it.for`: it would cut the title, and with it the promise.
  for (const { title, run: check } of everything) {
    it(title, async ({ skip }) => {
      await using bench = new SandboxBench(choice);
      const probe = await bench.driver.probe();
      if (!probe.ok) return skip(`${probe.reason}. ${probe.fix}`);
      await check(bench);
    });
  }

  it("passes all of it as an ordinary user too [req:sandbox.any-user]", async ({ skip }) => {
    if (process.getuid?.() !== 0) return skip("the whole suite already runs as an ordinary user");
    await using bench = new SandboxBench(choice);
    const probe = await bench.driver.probe();
    if (!probe.ok) return skip(`${probe.reason}. ${probe.fix}`);
    const script = fileURLToPath(new URL("as-user.ts", import.meta.url));
    const user = ["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--"];
    // A clone below a directory of mode 0700 is closed to every other user: nothing can be run from it as one.
    const reachable = await run("setpriv", [...user, "test", "-r", script]).then(
      () => true,
      () => false,
    );
    if (!reachable) return skip("another user cannot read this checkout; clone it where everybody may go");
    const { stdout } = await run("setpriv", [...user, process.execPath, script, choice], { cwd: "/" });
    const results = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { ok: boolean });
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(results).toHaveLength(everything.length);
  }, 300_000);
});
