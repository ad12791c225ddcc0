import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { testApp, testDir } from "../support/test-app.ts";

/** An app with one file that a setting names. */
async function named(name: string, text: string, setting: (file: string) => string) {
  const dir = testDir("rules");
  const file = path.join(dir, name);
  writeFileSync(file, text);
  return testApp({ dir, config: `[rules]\n${setting(JSON.stringify(file))}`, start: false });
}

it("rules.exec_policy_paths: the operator's rules judge commands", async () => {
  await using w = await named(
    "a.rules",
    'prefix_rule(["make"], "forbidden")',
    (file) => `exec_policy_paths = [${file}]`,
  );
  expect((await w.call("policy/explain", { command: "make all" })).decision).toBe("forbidden");
});

it("rules.requirements_path: asks and forbids above every rule", async () => {
  const text = '[[rules.prefix_rules]]\npattern = [{ token = "make" }]\ndecision = "prompt"';
  await using w = await named("requirements.toml", text, (file) => `requirements_path = ${file}`);
  expect((await w.call("policy/explain", { command: "make all" })).decision).toBe("prompt");
  expect((await w.call("rule/list", {})).data).toMatchObject([{ required: true }]);
});

it("rules.claude_settings_paths: permission lists count as the operator's rules", async () => {
  const text = JSON.stringify({ permissions: { deny: ["Bash(make:*)"], allow: ["Task(x)"] } });
  await using w = await named("settings.json", text, (file) => `claude_settings_paths = [${file}]`);
  expect((await w.call("policy/explain", { command: "make all" })).decision).toBe("forbidden");
  expect((await w.call("rule/list", {})).notes).toHaveLength(1);
});
