import { expect, it } from "vitest";
import { approves, implementer, world } from "../scenarios/world.ts";

/** Says something and ends as it is told. A program, no model. */
const teller = implementer(`
  const words = prompt.trim().split("\\n").at(-1);
  if (words === "fail") { say("no"); process.exit(3); }
  if (prompt.includes("sum")) write("sum.js", "module.exports = (a, b) => a + b;\\n");
  say("heard");`);

it.each(["sqlite", "postgres"] as const)(
  "a turn says when it was asked, answered and over, how often it failed before, and its exit code, on %s [req:turn.telemetry]",
  async (database) => {
    await using w = await world({ database, agents: { teller, critic: approves } });
    const { thread_id } = await w.call("thread/start", { project: "app", agent: "teller" });
    const said = async (input: string, more: object = {}) => {
      const turn_id = (await w.call("turn/start", { thread_id, input, ...more })).turn_id ?? "";
      await w.event((event) => event.type === "turn.ended" && event.turn_id === turn_id);
      return w.call("turn/status", { turn_id });
    };
    const first = await said("hello");
    const { telemetry } = first;
    expect(telemetry).toMatchObject({ exit_code: 0, retry_count: 0, completed_at: first.ended_at });
    const times = [
      telemetry?.prompt_built_at,
      telemetry?.agent_started_at,
      telemetry?.first_output_at,
      telemetry?.completed_at,
    ];
    expect(times).not.toContain(null);
    expect(times.toSorted()).toEqual(times);
    expect(telemetry?.completed_latency_ms).toBeGreaterThanOrEqual(telemetry?.first_token_latency_ms ?? -1);

    expect(await said("fail")).toMatchObject({
      status: "failed",
      failure: { code: "exit" },
      telemetry: { exit_code: 3, retry_count: 0 },
    });
    await said("fail");
    expect((await said("fail")).telemetry).toMatchObject({ retry_count: 2 });
    expect((await said("and now")).telemetry).toMatchObject({ exit_code: 0, retry_count: 0 });
    // Without a program there is no exit code.
    const plain = await said("git status", { execution_strategy: "deterministic" });
    expect(plain.telemetry).toMatchObject({ exit_code: null, first_output_at: expect.any(String) });

    const task = await w.run({ agent: "teller" });
    expect(task.status).toBe("done");
    const [turn] = task.turns;
    expect((await w.call("turn/status", { turn_id: turn?.id ?? "" })).telemetry).toMatchObject({
      exit_code: 0,
    });

    await w.call("thread/delete", { thread_id });
    const left = w.app.storage.reader
      .selectFrom("turn_timings")
      .selectAll()
      .where("thread_id", "=", thread_id);
    expect(await left.execute()).toEqual([]);
  },
);
