import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { demoScenario, type ScriptedModel, startScriptedModel } from "../../src/agents/index.ts";
import { leftovers, type World, world } from "../scenarios/world.ts";
import { userGit } from "../support/git-fixture.ts";
import { testDir } from "../support/test-app.ts";
import { logIn, vendorPrograms } from "./world.ts";

const programs = vendorPrograms();
const example = fileURLToPath(new URL("../../../../examples/demo", import.meta.url));
const exampleFiles = ["package.json", "AGENTS.md", "src/total.mjs", "test/total.test.mjs"];

describe.skipIf(programs === undefined)(
  "a whole task with the vendors' own programs, logged in by files",
  () => {
    let model: ScriptedModel;
    let w: World;
    afterEach(async () => {
      await w?.[Symbol.asyncDispose]();
      if (w !== undefined) rmSync(w.dir, { recursive: true, force: true });
      await model?.close();
    });

    it.each([
      ["claude", "codex"],
      ["codex", "claude"],
    ])(
      "%s does it and %s reviews it; replayed, each turn is the same [req:agents.real-task] [req:agent.replay]",
      async (writer, critic) => {
        model = await startScriptedModel({ scenario: demoScenario });
        w = await openWorld(model, { writer, critic });
        const task = await w.run({ prompt: "Make the tests pass." });
        expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
        expect(task.review_history.map(({ verdict, agent }) => [verdict, agent])).toEqual([
          ["changes_requested", critic],
          ["approved", critic],
        ]);
        expect(task.evidence_history.map(({ passed }) => passed)).toEqual([false, true, true]);
        expect(userGit(w.root, "show", `${task.branch}:src/total.mjs`)).toContain("RangeError");
        expect(userGit(w.root, "show", `${task.branch}:test/total.test.mjs`)).toContain("not positive");
        const [attempt] = task.attempt_history;
        const { turns } = await w.call("attempt/replay", { attempt_id: attempt!.id });
        expect(turns.map(({ result, differences }) => [result, differences])).toEqual(
          task.turns.map(() => ["same", []]),
        );
        expect(model.requests.every((request) => request.model === "scripted-demo")).toBe(true);
        expect(
          leftovers(
            w.dir,
            task.attempt_history.map(({ id }) => id),
          ),
        ).toEqual([]);
      },
    );
  },
);

async function openWorld(model: ScriptedModel, roles: { writer: string; critic: string }): Promise<World> {
  const dir = testDir("real-task");
  logIn(dir, model.url);
  return world({
    dir,
    agents: {},
    env: { ANTHROPIC_BASE_URL: model.url },
    config: [
      "[agents]",
      `default_agent = "${roles.writer}"`,
      "[agents.review]",
      `reviewer_agent = "${roles.critic}"`,
      "[agents.claude]",
      `cli_path = ${JSON.stringify(programs?.claude)}`,
      'default_model = "scripted-demo"',
      "[agents.codex]",
      `cli_path = ${JSON.stringify(programs?.codex)}`,
      'default_model = "scripted-demo"',
    ].join("\n"),
    files: Object.fromEntries(
      exampleFiles.map((name) => [name, readFileSync(path.join(example, name), "utf8")]),
    ),
    project: { validation: [{ name: "test", argv: [process.execPath, "--test"] }] },
  });
}
