import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { claudeWorld } from "../scenarios/claude-world.ts";
import { fakeProvider } from "../support/fake-claude.ts";
import { manualClock } from "../support/manual-clock.ts";
import { testApp, testDir } from "../support/test-app.ts";

it("limits.wake_jitter_secs, limits.quota_retry_secs, limits.max_redeliveries: a used-up quota is waited for so long, so often", async () => {
  const dir = testDir("effects");
  const clock = manualClock("2026-01-01T22:00:00Z");
  try {
    await using provider = await fakeProvider(() => ({ error: "You've hit your usage limit.", status: 429 }));
    await using w = await claudeWorld(provider, {
      dir,
      clock,
      config: "wake_jitter_secs = 10\nquota_retry_secs = 100\nmax_redeliveries = 1",
    });
    const task = await w.run();
    expect(task.block_reason).toMatchObject({ code: "quota", until: "2026-01-01T22:01:45.000Z" });
    clock.advance(105_000);
    await w.event((event) => event.type === "task.waiting" && event.data.block_reason.code !== "quota");
    expect((await w.settled(task.id)).block_reason).toMatchObject({ code: "redelivery_limit" });
    expect(provider.prompts).toHaveLength(2);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

it("agents.claude.account, agents.codex.account, agents.anthropic_api.account, agents.openai_api.account, agents.ollama.account: are the accounts these agents are said to use", async () => {
  const names = ["claude", "codex", "anthropic_api", "openai_api", "ollama"];
  const model = (name: string) => (name.includes("_api") || name === "ollama" ? '\ndefault_model = "m"' : "");
  const key = (name: string) => (name === "anthropic_api" ? '\napi_key = "sk-test-0000000000"' : "");
  const tables = names.map((name) => `[agents.${name}]\naccount = "of-${name}"${model(name)}${key(name)}`);
  await using w = await testApp({ start: false, config: tables.join("\n") });
  const { agents } = await w.call("agent/list", {});
  const told = agents
    .filter(({ name }) => names.includes(name))
    .map(({ name, account }) => [name, account.name]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(names.map((name) => [name, `of-${name}`])));
});
