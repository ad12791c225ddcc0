import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startScriptedModel } from "../../src/agents/index.ts";
import { program } from "../config-effects/support.ts";
import { implementer, sumFiles } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { testDir } from "../support/test-app.ts";
import { modelConfig, step } from "../threads/talking-world.ts";

interface Told {
  readonly hook_event_name: string;
  readonly event_seq?: number;
  readonly task_id: string | null;
  readonly turn_id: string | null;
  readonly agent: string | null;
  readonly cwd: string;
  readonly status?: string;
}

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
  function holding(event: string): string {
    return hook(event, `if (fs.existsSync(${JSON.stringify(hold)})) setInterval(() => {}, 1000);`);
  }
  function hook(event: string, then = ""): string {
    const source = `
const fs = require("node:fs");
fs.appendFileSync(${JSON.stringify(told)}, fs.readFileSync(0, "utf8") + "\\n");
${then}`;
    const argv = JSON.stringify([program(dir, `${event}.cjs`, source)]);
    return `[[hooks]]\nevent = "${event}"\nargv = ${argv}\ntimeout_secs = 600\n`;
  }
  async function boot(more = holding("TaskQueued")): Promise<void> {
    const config = `[agents.review]\nenabled = false\n${more}`;
    const writer = implementer(`write("a.txt", "a"); say("done");`);
    server = await startServerProcess({ dir, config, agents: { writer } });
  }
  const lines = (): Told[] =>
    existsSync(told)
      ? readFileSync(told, "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line) as Told)
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

  it("are told what a turn had done and that it is over, and not again what it was about to do [req:hooks.turn-durable]", async () => {
    const runs = (...argv: string[]) => ({ run: { argv } });
    const steps = [step("make it", [runs("touch", "made.txt")], [runs("sleep", "600")])];
    await using model = await startScriptedModel({ scenario: { name: "killed", steps } });
    const events = [hook("SessionStart"), hook("PreToolUse"), holding("PostToolUse"), holding("Stop")];
    const config = [...events, modelConfig(model.url)].join("\n");
    const of = (event: string) => lines().filter(({ hook_event_name }) => hook_event_name === event);
    const told = async (event: string, times: number) => {
      while (of(event).length < times) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    writeFileSync(hold, "");
    await boot(config);
    const root = path.join(dir, "repo");
    await server.client.call("project/create", { root, id: "app", validation: "none" });
    const { thread_id } = await server.client.call("thread/start", { project: "app", agent: "openai_api" });
    const { turn_id } = await server.client.call("turn/start", { thread_id, input: "make it" });
    await told("PostToolUse", 1);
    await told("PreToolUse", 2);
    await server.kill("SIGKILL");
    expect(of("Stop")).toEqual([]);

    rmSync(hold);
    await boot(config);
    await ran(5);
    const [first, again] = of("PostToolUse");
    expect(again).toEqual(first);
    expect(again).toMatchObject({ turn_id, agent: "openai_api", cwd: expect.stringContaining(thread_id) });
    expect(again?.event_seq).toBeGreaterThan(0);
    expect(of("PostToolUse")).toHaveLength(2);
    expect(of("Stop")).toMatchObject([{ turn_id, status: "failed", agent: "openai_api" }]);
    expect([of("SessionStart"), of("PreToolUse")].map(({ length }) => length)).toEqual([1, 2]);
  }, 240_000);
});
