import { spawnSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@harness/protocol";
import { expect, it } from "vitest";
import { ApiAgent, demoScenario, startScriptedModel, type TurnOutcome } from "../../src/agents/index.ts";
import { Outbound } from "../../src/outbound/index.ts";
import { ProcessRunner } from "../../src/process/index.ts";

const example = fileURLToPath(new URL("../../../../examples/demo", import.meta.url));

it("the demo's project fails, fails after the first change, passes after the second and after the review [req:agents.demo-scenario]", async () => {
  const root = await mkdtemp(path.join(os.tmpdir(), "demo-"));
  await using model = await startScriptedModel({ scenario: demoScenario });
  try {
    const workspace = path.join(root, "basket");
    await cp(example, workspace, { recursive: true });
    const runner = new ProcessRunner({
      clock: systemClock,
      ledgerDir: path.join(root, "ledger"),
      killGraceMs: 100,
    });
    const agent = new ApiAgent({
      name: "demo",
      fetch: new Outbound({ privateHosts: [] }).fetch,
      endpoint: { protocol: "openai_compatible", base_url: `${model.url}/v1` },
      default_model: "scripted-demo",
      max_tokens: 1000,
      runner,
      clock: systemClock,
      state_dir: path.join(root, "state"),
      host_env: {},
    });
    const turn = async (prompt: string, access: "read-only" | "workspace-write" = "workspace-write") => {
      let outcome: TurnOutcome | undefined;
      const limits = {
        turn_timeout_ms: 30_000,
        idle_timeout_ms: 30_000,
        signal: new AbortController().signal,
      };
      const answers = { sandbox: async () => Promise.reject(new Error("unused")), approve: allow };
      const request = { prompt, workspace, access, attempt_id: "att_demo", ...limits, ...answers };
      for await (const event of agent.run(request)) if (event.type === "ended") outcome = event.outcome;
      return outcome?.status === "completed" ? outcome.final_text : JSON.stringify(outcome);
    };
    const passes = () => spawnSync(process.execPath, ["--test"], { cwd: workspace, env: {} }).status === 0;
    expect(passes()).toBe(false);
    await turn("Role: implementer\nRound: 1\nValidation: pending");
    expect(passes()).toBe(false);
    await turn("Role: implementer\nRound: 1\nValidation: failed");
    expect(passes()).toBe(true);
    expect(JSON.parse(await turn("Role: reviewer\nRound: 1", "read-only"))).toMatchObject({
      verdict: "changes_requested",
    });
    await turn("Role: implementer\nRound: 2\nValidation: pending\nReview: changes_requested");
    expect(passes()).toBe(true);
    const again = 'Role: reviewer\nRound: 2\n<data-1 name="findings">';
    expect(JSON.parse(await turn(again, "read-only"))).toMatchObject({ verdict: "approved" });
    expect(model.requests.every((request) => request.model.startsWith("scripted-"))).toBe(true);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

async function allow() {
  return { decision: "allow", reason: "test" } as const;
}
