// `npm test`: sets up, runs every test, then compares what passed with the promises.
// The last line is `N passed, N failed, N skipped`.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { benchRowIds } from "../bench/rows.ts";
import { requirements } from "../test/requirements.ts";
import { checkRequirements } from "../test/support/requirement.ts";
import { buildIfStale } from "./build-stale.mjs";
import { root } from "./install.mjs";
import { runToEnd } from "./spawn.mjs";

const filters = process.argv.slice(2);
const results = join(root, "node_modules", ".cache", "harness", "test-results.json");

const agentsMissing = filters.length === 0 && !(await installAgents());
await buildIfStale();
mkdirSync(join(results, ".."), { recursive: true });
rmSync(results, { force: true });
const code = await runToEnd(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...filters], {
  cwd: root,
  env: { HARNESS_TEST_RESULTS: results, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" },
});
process.exitCode = await report(code);

/** The vendors' own CLIs, for the tests that drive them; without them those tests are skipped, and say so. */
async function installAgents() {
  const failed = await runToEnd(process.execPath, ["test/agents/install.mjs"], { cwd: root });
  if (failed !== 0)
    console.error("The vendors' CLIs could not be installed: tests that drive them are skipped.");
  return failed === 0;
}

async function report(vitestCode) {
  if (!existsSync(results)) {
    console.log("The tests did not run to their end.\n0 passed, 1 failed, 0 skipped");
    return 1;
  }
  const { outcomes: reported, broken } = JSON.parse(readFileSync(results, "utf8"));
  const outcomes = reported.map(withReason);
  const count = (state) => outcomes.filter((outcome) => outcome.state === state).length;
  const skipped = outcomes.filter((outcome) => outcome.state === "skipped");
  if (skipped.length > 0) {
    console.log(`\nSKIPPED, ${skipped.length}:`);
    for (const { name, file, note } of skipped)
      console.log(`  ${file}: ${name}\n    ${note ?? "no reason given"}`);
  }
  for (const line of broken) console.log(`BROKEN ${line}`);
  const problems = filters.length === 0 ? await judge(outcomes) : 0;
  const failed = count("failed") + broken.length + problems;
  // A run vitest calls failed must not look green, whatever we counted.
  const lost = vitestCode !== 0 && failed === 0 ? 1 : 0;
  console.log(`${count("passed")} passed, ${failed + lost} failed, ${skipped.length} skipped`);
  return failed + lost > 0 ? 1 : 0;
}

/** Whole suites for the vendors' CLIs are skipped without a word when those are not there: we know why. */
function withReason(outcome) {
  if (outcome.state !== "skipped" || outcome.note || !agentsMissing || !outcome.file.includes("agents"))
    return outcome;
  return { ...outcome, note: "the vendors' command line could not be installed" };
}

async function judge(outcomes) {
  const judged = checkRequirements(requirements, outcomes, await benchRowIds());
  console.log(
    `\nPromises: ${judged.done} done, of which ${judged.cited} proven in this run; ${judged.planned} planned.`,
  );
  for (const line of judged.excused) console.log(`  not proven here  ${line}`);
  for (const line of judged.problems) console.log(`  PROBLEM  ${line}`);
  return judged.problems.length;
}
