import { rmSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, it } from "vitest";
import { makeRepository } from "../support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { testDir } from "../support/test-app.ts";

const agents = {
  writer: {
    source: `require('fs').readFileSync(0); require('fs').appendFileSync('new.txt', 'work\\n'); console.log('done');`,
    roles: ["implementer"],
  },
};
const config = "[agents.review]\nenabled = false\n[concurrency]\nmax_concurrent_tasks = 1";

let server: ServerProcess | undefined;
let dir = "";

afterEach(async () => {
  await server?.kill("SIGKILL");
  server = undefined;
  rmSync(dir, { recursive: true, force: true });
});

it("a task the server died of three times is not begun a fourth time: it waits for a person, and others go on [req:task.dead-letter, task.dead-letter-crash]", async () => {
  dir = testDir("dead-letter");
  const root = makeRepository(path.join(dir, "repo"), { "a.txt": "a\n" });
  server = await startServerProcess({ dir, agents, config, failpoint: "K6" });
  await server.client.call("project/create", { root, default: true, validation: "none" });
  const { task_id } = await server.client.call("task/create", {
    prompt: "Poison",
    agent: "writer",
    priority: 2,
  });
  expect((await server.exited).signal).toBe("SIGKILL");
  for (const _ of [2, 3]) {
    server = await startServerProcess({ dir, agents, config, failpoint: "K6" });
    expect((await server.exited).signal).toBe("SIGKILL");
  }
  // The fourth start would die as well if it began that task, and does not.
  server = await startServerProcess({ dir, agents, config });
  const { client } = server;
  const settled = async () => {
    for (;;) {
      const task = await client.call("task/get", { task_id });
      if (task.attempt_history.every(({ status }) => status !== "running")) return task;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const poison = await settled();
  expect(poison).toMatchObject({
    status: "waiting",
    attempts: 3,
    block_reason: { code: "dead_letter", needs: "person", until: null },
  });
  expect(poison.attempt_history.map(({ status }) => status)).toEqual(["crashed", "crashed", "crashed"]);
  expect(poison.block_reason?.message).toContain("3 attempts of this task were lost: the server stopped");
  expect(poison.block_reason?.unblock.slice(0, 2)).toEqual([
    `harness task unblock ${task_id}`,
    `harness task cancel ${task_id}`,
  ]);
  // What it used is in the ledger, and said not to be all.
  const { data } = await client.call("cost/list", { task_id });
  expect(data.map(({ cut_short, cost_usd }) => [cut_short, cost_usd])).toEqual([
    [true, null],
    [true, null],
    [true, null],
  ]);
  const done = async (id: string) => {
    for (;;) {
      const { status } = await client.call("task/get", { task_id: id });
      if (["done", "failed", "waiting"].includes(status)) return status;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const other = await client.call("task/create", { prompt: "Harmless", agent: "writer" });
  expect(await done(other.task_id)).toBe("done");
  expect((await client.call("task/get", { task_id })).status).toBe("waiting");
  // A person lets it go on: the crashes are counted anew.
  await client.call("task/unblock", { task_id });
  for (let status = "waiting"; status !== "done"; ) ({ status } = await client.call("task/get", { task_id }));
}, 240_000);
