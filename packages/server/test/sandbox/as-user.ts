import type { SandboxDriverName } from "@harness/protocol";
import { SandboxBench } from "./bench.ts";
import { sandboxConformance } from "./conformance.ts";
import { escapeChecks } from "./escapes.ts";

// Runs the conformance suite without a test runner, as whichever user starts it. One line of JSON a check; or, where
// the driver does not work, one that says why.
const choice = process.argv[2] as SandboxDriverName;
const only = process.argv[3] ?? "";
await using first = new SandboxBench(choice);
const probe = await first.driver.probe();
if (!probe.ok) console.log(`unavailable: ${probe.reason}. ${probe.fix}`.replaceAll("\n", " "));
else
  for (const { title, run } of [...sandboxConformance, ...escapeChecks]) {
    if (!title.includes(only)) continue;
    await using bench = new SandboxBench(choice);
    try {
      await run(bench);
      console.log(JSON.stringify({ title, ok: true }));
    } catch (error) {
      console.log(JSON.stringify({ title, ok: false, error: String(error) }));
    }
  }
