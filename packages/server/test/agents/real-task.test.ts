import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { demoScenario, startScriptedModel } from "../../src/agents/testing/index.ts";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { testApp, testDir } from "../support/test-app.ts";
import { vendorPrograms } from "./world.ts";

const programs = vendorPrograms();
const example = path.resolve(import.meta.dirname, "../../../../examples/demo");

/** Logs both command lines in by files in a home directory, as a person with a subscription has them. */
function logIn(home: string, model: { url: string }): void {
  mkdirSync(path.join(home, ".claude"), { recursive: true });
  const claudeAiOauth = {
    accessToken: "sk-ant-oat01-test",
    refreshToken: "sk-ant-ort01-test",
    expiresAt: 4_102_444_800_000,
    scopes: ["user:inference", "user:profile"],
    subscriptionType: "max",
  };
  writeFileSync(path.join(home, ".claude", ".credentials.json"), JSON.stringify({ claudeAiOauth }), {
    mode: 0o600,
  });
  mkdirSync(path.join(home, ".codex"), { recursive: true });
  const auth = {
    auth_mode: "apikey",
    OPENAI_API_KEY: "sk-test-file-login",
    tokens: null,
    last_refresh: null,
  };
  writeFileSync(path.join(home, ".codex", "auth.json"), JSON.stringify(auth), { mode: 0o600 });
  const provider = `name = "scripted"\nbase_url = "${model.url}/v1"\nwire_api = "responses"\nrequires_openai_auth = true`;
  writeFileSync(
    path.join(home, ".codex", "config.toml"),
    `model_provider = "scripted"\n[model_providers.scripted]\n${provider}\n`,
  );
}

for (const [implementer, reviewer] of [
  ["claude", "codex"],
  ["codex", "claude"],
] as const) {
  it.skipIf(programs === undefined)(
    `does a whole task with the real ${implementer}, reviewed by the real ${reviewer}, both logged in by files [req:agents.real-task.${implementer}]`,
    { timeout: 180_000 },
    async () => {
      const dir = testDir("real");
      const model = await startScriptedModel({ scenario: demoScenario });
      logIn(dir, model);
      const root = makeRepository(path.join(dir, "repo"), { ".gitignore": "node_modules/\n" });
      cpSync(example, root, { recursive: true });
      userGit(root, "add", "-A");
      userGit(root, "commit", "-q", "-m", "the example");
      const config = [
        `[agents.claude]\ncli_path = ${JSON.stringify(programs?.claude)}\ndefault_model = "scripted-demo"`,
        `[agents.codex]\ncli_path = ${JSON.stringify(programs?.codex)}\ndefault_model = "scripted-demo"`,
      ].join("\n");
      try {
        await using app = await testApp({ dir, config, env: { ANTHROPIC_BASE_URL: model.url } });
        await app.call("project/create", { root, default: true });
        const { task_id } = await app.call("task/create", {
          prompt: "Fix total() so that the tests pass.",
          agent: implementer,
        });
        const task = await app.settled(task_id);
        expect(task, JSON.stringify(task.error ?? task.block_reason)).toMatchObject({
          status: "done",
          evidence: { state: "passed", commit: task.head_sha },
          review: { verdict: "approved", rounds: 2, agent: reviewer, commit: task.head_sha },
          attempts: 1,
        });
        expect(task.evidence_history.map((item) => item.passed)).toEqual([false, true, true]);
        expect(task.review_history.map((round) => [round.verdict, round.independent])).toEqual([
          ["changes_requested", true],
          ["approved", true],
        ]);
        expect(task.turns.map((turn) => [turn.role, turn.agent, turn.status])).toEqual([
          ["implementer", implementer, "completed"],
          ["implementer", implementer, "completed"],
          ["reviewer", reviewer, "completed"],
          ["implementer", implementer, "completed"],
          ["reviewer", reviewer, "completed"],
        ]);
        expect(task.usage.total_tokens).toBeGreaterThan(0);
        expect(userGit(root, "show", `${task.branch}:src/total.mjs`)).toContain("Math.round");
      } finally {
        await model.close();
        rmSync(dir, { recursive: true, force: true });
      }
    },
  );
}
