import { rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import path from "node:path";
import type { Result, TaskStatus } from "@harness/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { verifyInvariants } from "../support/invariants.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { testDir } from "../support/test-app.ts";
import { implementer } from "./world.ts";

const TASKS = 20;
const DRAIN_S = 8;
// The door is at this machine, and no host of a model.
const config = `[sandbox]
agent_network = "full"
[server]
drain_timeout_secs = ${DRAIN_S}
sse_heartbeat_secs = 1
[concurrency]
max_concurrent_tasks = ${TASKS}`;
/** The agents wait at a door of the test: the quick ones are let through while the server drains, the others never. */
const write = `write("new.txt", prompt.includes("quick") ? "quick" : "slow");`;
const waits = (door: string) =>
  implementer(
    `fetch(${JSON.stringify(door)} + (prompt.includes("quick") ? "quick" : "slow")).then(() => { ${write} });`,
  );

describe("a server told to stop during 20 running tasks", () => {
  let dir = "";
  let server: ServerProcess | undefined;
  beforeEach(() => {
    dir = testDir("sigterm");
  });
  afterEach(async () => {
    await server?.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  });

  it("refuses new work with 503 and Retry-After, keeps its heartbeats, ends in time and loses none [req:up.sigterm]", async () => {
    await using door = await openDoor();
    const root = makeRepository(path.join(dir, "repo"), { "a.txt": "a\n" });
    server = await startServerProcess({ dir, agents: { writer: waits(door.url) }, config });
    const { client, url, token } = server;
    await client.call("project/create", {
      root,
      default: true,
      max_concurrent: TASKS,
      validation: [{ name: "check", argv: [process.execPath, "-e", "console.log('1 passed, 0 failed')"] }],
      review: { enabled: false },
    });
    const ids: string[] = [];
    for (let i = 0; i < TASKS; i += 1) {
      const prompt = i % 2 === 0 ? "a quick one" : "a long one";
      ids.push((await client.call("task/create", { prompt, agent: "writer" })).task_id);
    }
    await until(() => door.waiting() === TASKS);
    const stream = await openStream(server);

    const started = performance.now();
    const heard = stream.beats();
    process.kill(server.pid, "SIGTERM");
    await until(async () => (await client.call("server/status", {})).draining);
    const refused = await fetch(`${url}/tasks`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ prompt: "one more" }),
    });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: "draining" });
    door.letThrough("/quick");
    expect(await server.exited).toEqual({ code: 0, signal: null });
    // Generous: the machine may have other things to do.
    expect(performance.now() - started).toBeLessThan((DRAIN_S + 5 + 30) * 1000);
    await stream.ended;
    expect(stream.beats() - heard).toBeGreaterThanOrEqual(2);

    server = await startServerProcess({ dir, agents: { writer: implementer(write) }, config });
    const next = server.client;
    const tasks: Result<"task/get">[] = [];
    for (const task_id of ids) tasks.push(await settle(next, task_id));
    expect(tasks.map(({ status, error, block_reason }) => [status, error, block_reason])).toEqual(
      Array(TASKS).fill(["done", null, null]),
    );
    const slow = tasks.filter((_, index) => index % 2 === 1);
    expect(slow.map(({ attempt_history }) => attempt_history.map(({ status }) => status))).toEqual(
      Array(TASKS / 2).fill(["superseded", "succeeded"]),
    );
    expect(userGit(root, "branch", "--list", "harness/*").split("\n")).toHaveLength(TASKS);
    await verifyInvariants({ client: next, dataDir: path.join(dir, "data"), root });
  }, 300_000);
});

/** Where agents wait until they are let through. */
async function openDoor() {
  const waiting = new Map<ServerResponse, string>();
  const door = createServer((request, response) => waiting.set(response, request.url ?? ""));
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  const { port } = door.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/`,
    waiting: () => waiting.size,
    letThrough: (path: string) => {
      for (const [response, url] of waiting) if (url === path) response.end();
    },
    async [Symbol.asyncDispose]() {
      door.closeAllConnections();
      await new Promise((resolve) => door.close(resolve));
    },
  };
}

/** A stream of events that counts its heartbeats; `ended` resolves when the server has closed it. */
async function openStream({ url, token }: ServerProcess) {
  const response = await fetch(`${url}/events`, { headers: { authorization: `Bearer ${token}` } });
  let text = "";
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  })();
  return { beats: () => text.split(": heartbeat").length - 1, ended };
}

async function settle(client: ServerProcess["client"], task_id: string) {
  const over: readonly TaskStatus[] = ["done", "no_change", "waiting", "failed", "cancelled"];
  for (;;) {
    const task = await client.call("task/get", { task_id });
    const live = task.attempt_history.some(({ status }) => status === "running");
    if (over.includes(task.status) && !live) return task;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
