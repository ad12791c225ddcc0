import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../src/agents/index.ts";
import { program } from "../config-effects/support.ts";
import { type World, world } from "../scenarios/world.ts";
import { testDir } from "../support/test-app.ts";
import { openCodeSettings, vendorPrograms } from "./world.ts";

const programs = vendorPrograms();
const task = { description: "count", prompt: "count the files", subagent_type: "general" };

describe.skipIf(programs === undefined)("the real OpenCode with a helper of its own", () => {
  let dir = "";
  let model: ScriptedModel;
  let w: World;
  afterEach(async () => {
    await w?.[Symbol.asyncDispose]();
    await model?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it("has the operator's hook told what the helper said [req:hooks.subagent]", async () => {
    dir = testDir("real-helper");
    model = await startScriptedModel({
      scenario: {
        name: "helper",
        steps: [
          { name: "helper", match: { prompt: "count the files" }, answers: [[{ say: "there are three" }]] },
          {
            name: "agent",
            match: { prompt: "hand it over" },
            answers: [[{ tool: { name: "task", input: task } }], [{ say: "three, it says" }]],
          },
        ],
      },
    });
    const { argv, home_files, set_env, model: name } = openCodeSettings({ model }, programs);
    const file = path.join(dir, "told.json");
    const source = `require("node:fs").writeFileSync(${JSON.stringify(file)}, require("node:fs").readFileSync(0));`;
    w = await world({
      dir,
      agents: {},
      config: [
        '[agents]\ndefault_agent = "opencode"\n[agents.review]\nenabled = false',
        `[agents.acp.opencode]\nargv = ${JSON.stringify(argv)}\nmodel = "${name}"`,
        `[agents.acp.opencode.set_env]\nOPENCODE_DISABLE_MODELS_FETCH = "${set_env.OPENCODE_DISABLE_MODELS_FETCH}"`,
        "[agents.acp.opencode.home_files]",
        ...Object.entries(home_files).map(([at, text]) => `"${at}" = ${JSON.stringify(text)}`),
        `[[hooks]]\nevent = "SubagentStop"\nargv = [${JSON.stringify(program(dir, "told.cjs", source))}]`,
      ].join("\n"),
      project: { validation: "none" },
    });
    const done = await w.run({ prompt: "Please hand it over." });
    expect(done.status, JSON.stringify(done.error ?? done.block_reason)).toBe("no_change");
    await w.event((event) => event.type === "hook.ran" && event.data.event === "SubagentStop");
    expect(existsSync(file)).toBe(true);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
      hook_event_name: "SubagentStop",
      agent: "opencode",
      agent_type: "general",
      last_assistant_message: expect.stringContaining("there are three"),
      task_id: done.id,
    });
  });
});
