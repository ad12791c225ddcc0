import { describe, expect, it } from "vitest";
import { startScriptedModel } from "../../src/agents/index.ts";
import { modelConfig, step, talkingWorld } from "../threads/talking-world.ts";
import { approves, implementer, reviewer, world } from "./world.ts";

describe("an agent that uses the same tool in the same way again and again", () => {
  const again = Array.from({ length: 12 }, () => [{ read_file: { path: "README.md" } }]);

  it("loses its turn in a conversation, which says why and goes on with the next words [req:loop.same-call]", async () => {
    await using w = await talkingWorld([step("again", ...again), step("else", [{ say: "hello" }])], {
      env: { HARNESS_LIMITS_SAME_TOOL_CALL_TIMES: "4" },
    });
    const thread_id = await w.start();
    const turn = await w.said(thread_id, "again");
    expect(turn).toMatchObject({ status: "failed", failure: { code: "tool_loop" } });
    expect(turn.failure?.message).toContain("4 times in a row");
    expect(w.requests()).toBeLessThan(8);
    expect((await w.said(thread_id, "something else")).status).toBe("completed");
  });

  it("ends an attempt of a task, and after attempts that brought nothing a person is asked [req:loop.same-call, loop.tool-calls, task.dead-letter]", async () => {
    const steps = [step("Make sum add", ...again), step("Make sum add", ...again)];
    await using model = await startScriptedModel({ scenario: { name: "loop", steps } });
    await using w = await world({
      agents: { critic: approves },
      config: modelConfig(model.url),
      env: { HARNESS_LIMITS_MAX_TOOL_CALLS: "3", HARNESS_LIMITS_DEAD_LETTER_ATTEMPTS: "2" },
    });
    const task = await w.run({ agent: "openai_api", same_failure_times: 50, max_attempts: 9 });
    expect(task).toMatchObject({
      status: "waiting",
      attempts: 2,
      block_reason: { code: "dead_letter", needs: "person" },
      error: { code: "tool_loop", message: expect.stringContaining("more than 3 times") },
    });
    expect(task.block_reason?.message).toContain("2 attempts in a row failed and left it as it was.");
    expect(task.block_reason?.unblock).toEqual([
      `harness task unblock ${task.id}`,
      `harness task cancel ${task.id}`,
      `harness task show ${task.id}`,
    ]);
    const { data } = await w.call("problem/list", {});
    expect(data).toMatchObject([{ kind: "waiting_for_you", code: "dead_letter", task_id: task.id }]);
  });
});

it("reviews that ask for the same again end the rounds, and a person is asked [req:loop.review]", async () => {
  const tries = implementer(
    `write("sum.js", "module.exports = (a, b) => a + b; // " + round + "\\n"); say("done");`,
  );
  const asks = reviewer(`answer("changes_requested", [finding("high")]);`);
  await using w = await world({
    agents: { tries, asks },
    config: "[concurrency]\nloop_jaccard_threshold = 0.9",
  });
  const task = await w.run({ max_rounds: 10, same_failure_times: 2 });
  expect(task).toMatchObject({ status: "waiting", block_reason: { code: "review_limit" } });
  expect(task.block_reason?.message).toContain("The review asked for the same 2 times in a row");
  expect(task.review_history).toHaveLength(2);
});
