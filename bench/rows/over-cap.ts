import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spendingAgent, spends } from "../../packages/server/test/support/spending-agent.ts";
import { makeRepository } from "../big-repository.ts";
import { median, withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { call, type StartedServer, startHarness } from "../server.ts";

const TASKS = 8;
const CAP_TOKENS = 200;

/** What an agent uses beyond its cap is bounded by how fast it is gone. */
export const row: BenchRow = {
  id: "bench.over-cap",
  title: "agent reports one token past its cap, ignoring every signal, to its last sign of life, longest",
  goal: "< 1 s",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const root = join(folder, "repository");
  mkdirSync(root);
  makeRepository(root, 10);
  const agent = spendingAgent(folder);
  const file = join(folder, "config.toml");
  writeFileSync(file, agent.config);
  const settings = { HARNESS_CONFIG: file, ...agent.env };
  await using server = await startHarness(join(folder, "data"), settings);
  const project = { id: "bench", root, validation: "none", review: { enabled: false } };
  await call(server, "POST", "/projects", project);
  const taken: number[] = [];
  for (let n = 0; n < TASKS; n += 1) taken.push(await overshoot(server));
  const value = Math.max(...taken);
  return {
    value,
    unit: "ms",
    met: value < 1000,
    note: `${TASKS} tasks one after another, median ${Math.round(median(taken))} ms, by the agent's own clock`,
  };
}

/** From the token past the cap until the agent last wrote that it lives. */
async function overshoot(server: StartedServer): Promise<number> {
  const prompt = spends({ ends: "drip", note: CAP_TOKENS });
  const { task_id } = await call<{ task_id: string }>(server, "POST", "/tasks", {
    prompt,
    project: "bench",
    max_tokens: CAP_TOKENS,
  });
  while ((await call<{ status: string }>(server, "GET", `/tasks/${task_id}`)).status !== "budget_exhausted")
    await sleep(20);
  const { patch } = await call<{ patch: string }>(server, "GET", `/tasks/${task_id}/diff`);
  const times = [...patch.matchAll(/^\+(\d{13})$/gm)].map((match) => Number(match[1]));
  return Math.max(...times) - Math.min(...times);
}
