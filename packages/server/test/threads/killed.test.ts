import { rmSync } from "node:fs";
import path from "node:path";
import type { OperationName, Params, Result } from "@harness/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ScriptedModel, startScriptedModel } from "../../src/agents/index.ts";
import { sumCheck, sumFiles } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../support/server-process.ts";
import { testDir } from "../support/test-app.ts";
import { modelConfig, step } from "./talking-world.ts";

const touch = { run: { argv: ["touch", "made.txt"] } };
const fix = { write_file: { path: "sum.js", content: "module.exports = (a, b) => a + b;\n" } };
const steps = [
  step("stopped while you waited", [touch], [{ say: "made it after all" }]),
  step("make it", [touch], [{ say: "made it" }]),
  step("hang on", [{ say: "slow" }, { delay_ms: 600_000 }]),
  step("Make sum add", [fix], [touch], [{ say: "done" }]),
  step("second", [{ say: "second answer" }]),
  step("third", [{ say: "third answer" }]),
];

describe("a server that is killed", () => {
  let dir = "";
  let model: ScriptedModel;
  let server: ServerProcess;

  beforeEach(async () => {
    dir = testDir("killed");
    model = await startScriptedModel({ scenario: { name: "killed", steps } });
    makeRepository(path.join(dir, "repo"), sumFiles);
  });
  afterEach(async () => {
    await server.kill("SIGKILL");
    await model.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function boot(failpoint?: string): Promise<void> {
    const config = `[agents.review]\nenabled = false\n${modelConfig(model.url)}`;
    server = await startServerProcess({ dir, config, ...(failpoint ? { failpoint } : {}) });
  }
  const call = <N extends OperationName>(name: N, params: Params<N>): Promise<Result<N>> =>
    server.client.call(name, params);
  const register = () =>
    call("project/create", { root: path.join(dir, "repo"), id: "app", validation: [sumCheck] });

  /** Asks until the answer fits. */
  async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
    for (;;) {
      const answer = await ask();
      if (fits(answer)) return answer;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const pending = () => call("approval/list", {});
  const turn = (turn_id: string) => call("turn/status", { turn_id });
  const over = ({ status }: { status: string }) => !["running", "waiting"].includes(status);

  async function talk(input: string): Promise<{ thread_id: string; turn_id: string }> {
    const approvals = { profile: "strict" } as const;
    const { thread_id } = await call("thread/start", { project: "app", agent: "openai_api", approvals });
    const said = await call("turn/start", { thread_id, input });
    return { thread_id, turn_id: said.turn_id ?? "" };
  }

  it("K7: after it asked, still waits for the same answer and asks nobody again [req:crash.k7, replay.begun-again]", async () => {
    await boot("K7");
    await register();
    const { thread_id, turn_id } = await talk("make it");
    await server.exited;
    await boot();
    const { data } = await pending();
    expect(data).toMatchObject([{ thread_id, turn_id, status: "pending" }]);
    // It answers before it has looked at everything a dead server left.
    await until(
      () => call("thread/get", { thread_id }),
      ({ status }) => status === "waiting",
    );
    await call("approval/respond", { approval_id: data[0]?.id ?? "", decision: "allow" });
    expect((await until(() => turn(turn_id), over)).status).toBe("completed");
    expect((await call("approval/list", { status: "allowed" })).data).toHaveLength(1);
    expect((await pending()).data).toEqual([]);
    expect((await call("thread/diff", { thread_id })).patch).toContain("made.txt");
    expect(await call("turn/replay", { turn_id })).toMatchObject({ result: "same", differences: [] });
  });

  it("K8: after the answer, tells it once when it is back [req:crash.k8]", async () => {
    await boot("K8");
    await register();
    const { thread_id, turn_id } = await talk("make it");
    const { data } = await until(pending, (list) => list.data.length === 1);
    // The server dies the moment the answer is there.
    await call("approval/respond", { approval_id: data[0]?.id ?? "", decision: "allow" }).catch(() => {});
    await server.exited;
    await boot();
    expect((await until(() => turn(turn_id), over)).status).toBe("completed");
    const [told] = (await call("approval/list", { status: "allowed" })).data;
    expect(told?.consumed_at).not.toBeNull();
    expect((await pending()).data).toEqual([]);
    expect((await call("thread/diff", { thread_id })).patch).toContain("made.txt");
  });

  it("K7, K8: a task whose agent asked goes on with the answer, which is told once [req:crash.k7, crash.k8]", async () => {
    await boot("K7");
    await register();
    const approvals = { profile: "strict" } as const;
    const { task_id } = await call("task/create", {
      prompt: "Make sum add",
      project: "app",
      agent: "openai_api",
      approvals,
    });
    await server.exited;
    await boot();
    // The next attempt asks the same thing: that is the same question.
    const first = await until(pending, (list) => list.data.length === 1);
    const asked = first.data[0];
    await call("approval/respond", { approval_id: asked?.id ?? "", decision: "allow" });
    const second = await until(pending, ({ data }) => data.length === 1 && data[0]?.id !== asked?.id);
    await call("approval/respond", { approval_id: second.data[0]?.id ?? "", decision: "allow" });
    const task = await until(
      () => call("task/get", { task_id }),
      ({ status }) => ["done", "failed", "waiting"].includes(status),
    );
    expect(task).toMatchObject({ status: "done", attempts: 2 });
    expect((await call("approval/list", { status: "allowed" })).data).toHaveLength(2);
  });

  it("goes on in its threads: nothing said is lost or said twice [req:thread.crash]", async () => {
    await boot();
    await register();
    const { thread_id, turn_id } = await talk("hang on");
    await until(
      async () => model.requests.length,
      (n) => n > 0,
    );
    await call("turn/start", { thread_id, input: "second", when_busy: "queue" });
    await call("turn/start", { thread_id, input: "third", when_busy: "queue" });
    await server.kill("SIGKILL");
    await boot();
    const thread = await until(
      () => call("thread/get", { thread_id }),
      ({ status, queue, turns }) => status === "idle" && queue.length === 0 && turns === 3,
    );
    expect(thread.turn_history.map(({ status }) => status)).toEqual(["failed", "completed", "completed"]);
    expect(thread.turn_history[0]).toMatchObject({ id: turn_id, failure: { code: "crashed" } });
    expect(thread.turn_history[0]?.commit).toBe(thread.base_sha);
    const words = (await call("thread/items", { thread_id })).data.flatMap(({ item }) =>
      item.kind === "message" && (item.role === "user" || item.text?.includes("answer")) ? [item.text] : [],
    );
    expect(words).toEqual(["hang on", "second", "second answer", "third", "third answer"]);
  });
});
