import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeRepository } from "../big-repository.ts";
import { median, percentile, withTempDir } from "../measure.ts";
import type { BenchRow, Measurement } from "../row.ts";
import { call, type StartedServer, startHarness } from "../server.ts";

const TASKS = 25;
const config = `[agents.command.stamp]
argv = ["sh", "-c", "date +%s%3N > stamp.txt"]
`;

interface StageEvent {
  readonly type: string;
  readonly data: { readonly stage?: string; readonly duration_ms?: number };
}

/** Between asking and working there is only git. */
export const row: BenchRow = {
  id: "bench.dispatch",
  title: "submit to agent process running, workspace stage excluded, p95",
  goal: "< 100 ms",
  run: () => withTempDir(measure),
};

async function measure(folder: string): Promise<Measurement> {
  const dataDir = join(folder, "data");
  const root = join(folder, "repository");
  mkdirSync(root);
  makeRepository(root, 10);
  const file = join(folder, "config.toml");
  writeFileSync(file, config);
  await using server = await startHarness(dataDir, { HARNESS_CONFIG: file });
  const settings = { validation: "none", review: { enabled: false }, default_agent: "stamp" };
  await call(server, "POST", "/projects", { id: "bench", root, ...settings });
  const taken: number[] = [];
  for (let n = 0; n < TASKS; n += 1) taken.push(await submitAndTime(server));
  const value = percentile(taken, 0.95);
  return {
    value,
    unit: "ms",
    met: value < 100,
    note: `${TASKS} tasks one after another, median ${Math.round(median(taken))} ms, sandbox included`,
  };
}

/** From before the request until the agent's first action, by the clock the agent itself read. */
async function submitAndTime(server: StartedServer): Promise<number> {
  const submitted = Date.now();
  const { task_id } = await call<{ task_id: string }>(server, "POST", "/tasks", {
    prompt: "Write the time",
    project: "bench",
  });
  await ended(server, task_id);
  const { patch } = await call<{ patch: string }>(server, "GET", `/tasks/${task_id}/diff`);
  const stamp = Number(/^\+(\d{13})$/m.exec(patch)?.[1]);
  const { data } = await call<{ data: StageEvent[] }>(
    server,
    "GET",
    `/api/events?task_id=${task_id}&limit=500`,
  );
  const workspace = data.find((event) => event.type === "stage.ended" && event.data.stage === "workspace");
  return stamp - submitted - (workspace?.data.duration_ms ?? Number.NaN);
}

async function ended(server: StartedServer, taskId: string): Promise<void> {
  for (;;) {
    const task = await call<{ status: string; error: unknown }>(server, "GET", `/tasks/${taskId}`);
    if (task.status === "done") return;
    if (["failed", "waiting", "no_change", "cancelled"].includes(task.status))
      throw new Error(JSON.stringify(task));
    await sleep(20);
  }
}
