import { confinementOf, type SandboxDriverName } from "@harness/protocol";
import { SandboxBench } from "./bench.ts";
import { sandboxConformance } from "./conformance.ts";
import { escapeChecks } from "./escapes.ts";

// Runs the conformance suite without a test runner, as whichever user starts it. One line of JSON a check.
const choice = process.argv[2] as SandboxDriverName;
const checks = [...sandboxConformance, ...escapeChecks].filter(
  ({ isolated }) => !isolated || confinementOf(choice) === "isolated",
);
for (const { title, run } of checks) {
  await using bench = new SandboxBench(choice);
  try {
    const probe = await bench.driver.probe();
    if (!probe.ok) throw new Error(`${probe.reason}. ${probe.fix}`);
    await run(bench);
    console.log(JSON.stringify({ title, ok: true }));
  } catch (error) {
    console.log(JSON.stringify({ title, ok: false, error: String(error) }));
  }
}
