import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { makeRepository } from "../support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { spendingAgent, spends } from "../support/spending-agent.ts";
import { testDir } from "../support/test-app.ts";

let server: ServerProcess | undefined;
let dir = "";

afterEach(async () => {
  await server?.kill("SIGKILL");
  server = undefined;
  rmSync(dir, { recursive: true, force: true });
});

/** Asks until the answer fits; the events of a real server are not at hand here. */
async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it("a server that is killed in a turn loses no sum of the night; what the turn cost is then unknown [req:budget.survives]", async () => {
  dir = testDir("budget-kill");
  const root = makeRepository(path.join(dir, "repo"), { "a.txt": "a\n" });
  const agent = spendingAgent(dir);
  const start = () =>
    startServerProcess({
      dir,
      config: `[agents.review]\nenabled = false\n${agent.config}\n[night]\nmax_tokens = 1500`,
      env: agent.env,
    });
  server = await start();
  await server.client.call("project/create", { root, default: true, validation: "none" });
  const { task_id } = await server.client.call("task/create", { prompt: spends({ ends: "stay" }) });
  const { client } = server;
  await until(
    () => client.call("task/get", { task_id }),
    (task) => task.usage.total_tokens === 1000,
  );
  await server.kill("SIGKILL");

  // The second attempt spends another thousand, and crosses the cap that both share.
  server = await start();
  const next = server.client;
  const task = await until(
    () => next.call("task/get", { task_id }),
    ({ status, attempt_history }) =>
      status === "waiting" && attempt_history.every((one) => one.status !== "running"),
  );
  expect(task).toMatchObject({
    attempts: 2,
    block_reason: { code: "budget", message: expect.stringContaining("2000 of 1500 tokens") },
    spent: { total_tokens: 2000, cost_usd: null, turns: 2 },
  });
  const { all } = await next.call("budget/get", {});
  expect(all.spent).toEqual({ ...task.spent, attempts: 2 });
});
