import { rmSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { type ScenarioInput, type ScriptedModel, startScriptedModel } from "../../src/agents/index.ts";
import { accountEvents } from "../scenarios/claude-world.ts";
import { approves, leftovers, type World, world } from "../scenarios/world.ts";
import { testDir } from "../support/test-app.ts";
import { logIn, vendorPrograms } from "./world.ts";

const programs = vendorPrograms();
const final = { "x-should-retry": "false" };

/** A provider whose quota is used up in the middle of Claude's work, and that refuses one login of Codex. */
function scenario(resets: number): ScenarioInput {
  const headers = {
    ...final,
    "anthropic-ratelimit-unified-status": "rejected",
    "anthropic-ratelimit-unified-reset": String(resets),
    "anthropic-ratelimit-unified-representative-claim": "five_hour",
  };
  const sum = "module.exports = (a, b) => a + b;\n";
  return {
    name: "accounts",
    steps: [
      {
        name: "take over",
        match: { prompt: "You take over from claude" },
        answers: [[{ write_file: { path: "sum.js", content: sum } }], [{ say: "Finished it." }]],
      },
      {
        name: "refused",
        match: { prompt: "be refused" },
        answers: [
          [
            {
              error: {
                status: 401,
                type: "invalid_request_error",
                message: "Incorrect API key",
                headers: final,
              },
            },
          ],
        ],
      },
      {
        name: "used up",
        match: { role: "implementer" },
        answers: [
          [{ say: "I begin." }, { write_file: { path: "half.js", content: "half\n" } }],
          [{ error: { status: 429, type: "rate_limit_error", message: "used up", headers } }],
        ],
      },
    ],
  };
}

describe.skipIf(programs === undefined)("the vendors' own programs, when their provider refuses", () => {
  let model: ScriptedModel;
  let w: World;
  afterEach(async () => {
    await w?.[Symbol.asyncDispose]();
    if (w !== undefined) rmSync(w.dir, { recursive: true, force: true });
    await model?.close();
  });

  it("Claude Code's quota parks it, Codex goes on from its work; a refused key of Codex stops Codex [req:wait.takeover, wait.auth-stops, wait.classified]", async () => {
    const resets = Math.ceil(Date.now() / 1000) + 7200;
    model = await startScriptedModel({ scenario: scenario(resets) });
    const dir = testDir("real-accounts");
    logIn(dir, model.url);
    w = await world({
      dir,
      agents: { critic: approves },
      env: { ANTHROPIC_BASE_URL: model.url },
      random: () => 0,
      config: [
        "[agents]",
        'default_agent = "claude"',
        "[agents.claude]",
        `cli_path = ${JSON.stringify(programs?.claude)}`,
        'default_model = "scripted-1"',
        "[agents.codex]",
        `cli_path = ${JSON.stringify(programs?.codex)}`,
        'default_model = "scripted-1"',
      ].join("\n"),
      project: { takeover: true },
    });
    const id = await w.submit();
    await w.event((event) => event.type === "task.ended" && event.task_id === id);
    const task = await w.settled(id);
    expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
    expect(task.turns.map(({ role, agent }) => `${role} ${agent}`)).toEqual([
      "implementer claude",
      "implementer codex",
      "reviewer critic",
    ]);
    expect(task.changes?.files).toBe(2);
    await w.call("project/update", { project: "app", takeover: false });
    const refused = await w.run({ prompt: "be refused", agent: "codex" });
    expect(refused).toMatchObject({ status: "waiting", block_reason: { code: "auth", account: "codex" } });
    expect(await accountEvents(w)).toMatchObject([
      { type: "account.parked", data: { account: "claude", wake: new Date(resets * 1000).toISOString() } },
      { type: "account.stopped", data: { account: "codex", fix: expect.stringContaining("codex login") } },
    ]);
    const asked = model.requests.length;
    const waiting = await w.run({ prompt: "Make sum add, later" });
    expect(waiting).toMatchObject({ status: "waiting", block_reason: { code: "quota", account: "claude" } });
    expect(model.requests).toHaveLength(asked);
    const attempts = [task, refused, waiting].flatMap(({ attempt_history }) => attempt_history);
    expect(
      leftovers(
        w.dir,
        attempts.map(({ id }) => id),
      ),
    ).toEqual([]);
  });
});
