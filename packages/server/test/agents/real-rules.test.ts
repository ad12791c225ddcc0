import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type ScenarioInput, type ScriptedModel, startScriptedModel } from "../../src/agents/index.ts";
import { type World, world } from "../scenarios/world.ts";
import { testDir } from "../support/test-app.ts";
import { logIn, vendorPrograms } from "./world.ts";

const programs = vendorPrograms();

/** A model, scripted, that asks for a command a rule forbids, behind another one, and then says what it heard. */
const scenario: ScenarioInput = {
  name: "forbidden",
  steps: [
    {
      name: "asks for it",
      match: { prompt: "touch the file" },
      answers: [[{ run: { cmd: "mkdir -p sub && touch made.txt" } }], [{ say: "I was told no." }]],
    },
  ],
};
const why = "Files are made by the generator of this project.";
const rules = `prefix_rule(pattern = ["touch"], decision = "forbidden", justification = "${why}")`;

describe.skipIf(programs === undefined)("a rule that forbids, and the vendors' own programs", () => {
  let dir = "";
  let model: ScriptedModel;
  let w: World;
  afterEach(async () => {
    await w?.[Symbol.asyncDispose]();
    await model?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each(["claude", "codex"])(
    "%s does not run the command its model asks for, and the model hears the justification [req:rules.real-agents]",
    async (agent) => {
      dir = testDir("real-rules");
      model = await startScriptedModel({ scenario });
      logIn(dir, model.url);
      const file = path.join(dir, "operator.rules");
      writeFileSync(file, rules);
      w = await world({
        dir,
        agents: {},
        env: { ANTHROPIC_BASE_URL: model.url },
        config: [
          "[agents]",
          `default_agent = "${agent}"`,
          "[agents.review]",
          "enabled = false",
          `[agents.${agent}]`,
          `cli_path = ${JSON.stringify(programs?.[agent as "claude" | "codex"])}`,
          `default_model = "${model.model}"`,
          "[rules]",
          `exec_policy_paths = [${JSON.stringify(file)}]`,
        ].join("\n"),
        project: { validation: "none" },
      });
      const task = await w.run({ prompt: "Please touch the file." });
      expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("no_change");
      expect(task.sandbox?.network).toBe("listed");
      const decided = await w.events(task.id, "policy.decided");
      expect(decided.map(({ data }) => data)).toMatchObject([
        {
          decision: "deny",
          justification: why,
          by: "policy",
          command: expect.stringContaining("touch made.txt"),
        },
      ]);
      const [, after] = model.requests.filter(({ body }) => body.includes("touch the file"));
      expect(after?.body).toContain(why);
      const said = await w.call("task/artifacts", { task_id: task.id });
      expect(said.find((one) => one.artifact_type === "implementer_message")?.content).toContain("told no");
    },
  );
});
