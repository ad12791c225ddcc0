import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { demoScenario, startScriptedModel } from "../../src/agents/index.ts";
import { leftovers, world } from "../scenarios/world.ts";
import { testDir } from "../support/test-app.ts";
import { logIn, openCodeSettings, type vendorPrograms } from "./world.ts";

// One whole task of two of the vendors' own programs, with a scripted model, under the driver `srt`, without a test runner, as whichever user
// starts it. One line of JSON: how it ended.
const [writer = "", critic = "", programs = "{}"] = process.argv.slice(2);
const { claude, codex, opencode } = JSON.parse(programs) as NonNullable<ReturnType<typeof vendorPrograms>>;
const example = fileURLToPath(new URL("../../../../examples/demo", import.meta.url));
const modules = fileURLToPath(new URL("../../../../node_modules/.bin", import.meta.url));
const files = ["package.json", "AGENTS.md", "src/total.mjs", "test/total.test.mjs"].map(
  (name) => [name, readFileSync(path.join(example, name), "utf8")] as const,
);
await using model = await startScriptedModel({ scenario: demoScenario });
const dir = testDir("srt-task");
logIn(dir, model.url);
const acp = openCodeSettings({ model }, { opencode });
await using w = await world({
  dir,
  agents: {},
  env: { ANTHROPIC_BASE_URL: model.url, PATH: `${modules}:${process.env["PATH"] ?? ""}` },
  config: [
    "[sandbox]",
    'driver = "srt"',
    "[agents]",
    `default_agent = "${writer}"`,
    "[agents.review]",
    `reviewer_agent = "${critic}"`,
    "[agents.claude]",
    `cli_path = ${JSON.stringify(claude)}`,
    'default_model = "scripted-demo"',
    "[agents.codex]",
    `cli_path = ${JSON.stringify(codex)}`,
    'default_model = "scripted-demo"',
    "[agents.acp.opencode]",
    `argv = ${JSON.stringify(acp.argv)}`,
    `model = "${acp.model}"`,
    "[agents.acp.opencode.set_env]",
    `OPENCODE_DISABLE_MODELS_FETCH = "${acp.set_env.OPENCODE_DISABLE_MODELS_FETCH}"`,
    "[agents.acp.opencode.home_files]",
    ...Object.entries(acp.home_files).map(([at, text]) => `"${at}" = ${JSON.stringify(text)}`),
  ].join("\n"),
  files: Object.fromEntries(files),
  project: { validation: [{ name: "test", argv: [process.execPath, "--test"] }] },
});
const task = await w.run({ prompt: "Make the tests pass." });
const attempts = task.attempt_history.map(({ id }) => id);
// A task is over before the last of its files is deleted.
let left = leftovers(w.dir, attempts);
for (let looks = 0; left.length > 0 && looks < 100; looks += 1) {
  await setTimeout(100);
  left = leftovers(w.dir, attempts);
}
const { status, error, block_reason, sandbox, review_history } = task;
const reviews = review_history.map(({ verdict, agent }) => [verdict, agent]);
console.log(JSON.stringify({ status, why: error ?? block_reason, sandbox, reviews, left }));
