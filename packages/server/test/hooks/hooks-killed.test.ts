import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { program } from "../config-effects/support.ts";
import { implementer, sumFiles } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { testDir } from "../support/test-app.ts";

describe("hooks of a server that is killed", () => {
  let dir = "";
  let told = "";
  let hold = "";
  let server: ServerProcess;

  beforeEach(async () => {
    dir = testDir("hooks-killed");
    told = path.join(dir, "told.jsonl");
    hold = path.join(dir, "hold");
    makeRepository(path.join(dir, "repo"), sumFiles);
  });
  afterEach(async () => {
    await server.kill("SIGKILL");
    rmSync(dir, { recursive: true, force: true });
  });

  /** A hook that writes down what it is told, and does not end while a file is there. */
  async function boot(): Promise<void> {
    const source = `
const fs = require("node:fs");
fs.appendFileSync(${JSON.stringify(told)}, fs.readFileSync(0, "utf8") + "\\n");
if (fs.existsSync(${JSON.stringify(hold)})) setInterval(() => {}, 1000);`;
    const argv = JSON.stringify([program(dir, "told.cjs", source)]);
    const config = `[agents.review]\nenabled = false\n[[hooks]]\nevent = "TaskQueued"\nargv = ${argv}\ntimeout_secs = 600`;
    const writer = implementer(`write("a.txt", "a"); say("done");`);
    server = await startServerProcess({ dir, config, agents: { writer } });
  }
  const lines = (): { event_seq: number; task_id: string }[] =>
    existsSync(told)
      ? readFileSync(told, "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line) as { event_seq: number; task_id: string })
      : [];
  const submit = () => server.client.call("task/create", { project: "app", prompt: "write" });
  /** Waits for so many runs that came to their end, over all servers. */
  async function ran(times: number): Promise<void> {
    const found = new AbortController();
    const signal = AbortSignal.any([found.signal, AbortSignal.timeout(50_000)]);
    let seen = 0;
    for await (const { event } of server.client.stream("events", { after_seq: 0 }, { signal })) {
      if (event.type !== "hook.ran" || event.data.outcome !== "passed") continue;
      seen += 1;
      if (seen === times) found.abort();
    }
  }

  it("are told at the next start what they had not come to the end of, and what they had not again [req:hooks.durable]", async () => {
    writeFileSync(hold, "");
    await boot();
    const root = path.join(dir, "repo");
    await server.client.call("project/create", { root, id: "app", validation: "none" });
    const first = await submit();
    while (lines().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await server.kill("SIGKILL");

    rmSync(hold);
    await boot();
    await ran(1);
    expect(lines().map(({ task_id }) => task_id)).toEqual([first.task_id, first.task_id]);
    expect(new Set(lines().map(({ event_seq }) => event_seq)).size).toBe(1);

    // A server that stops keeps the place: what came to its end is not told again. The task is let
    // come to its end first, since one that is cut short is queued again, which the hook hears too.
    const status = async () => (await server.client.call("task/get", { task_id: first.task_id })).status;
    await expect.poll(status, { timeout: 50_000 }).toBe("done");
    const before = lines().map(({ event_seq }) => event_seq);
    await server.kill("SIGTERM");
    await boot();
    const second = await submit();
    await ran(new Set(before).size + 1);
    const after = lines().slice(before.length);
    expect(after.map(({ task_id }) => task_id)).toEqual([second.task_id]);
  });
});
