import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { manualClock } from "../support/manual-clock.ts";
import { testDir } from "../support/test-app.ts";
import { approves, implementer, type World, world } from "./world.ts";

const many = "HARNESS_LIMITS_VALIDATION_RETRIES";
const retries = { [many]: "20" };
const progressOf = async (w: World, id: string): Promise<unknown> => {
  const row = await w.app.storage.reader
    .selectFrom("tasks")
    .select("progress")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return row.progress === null ? null : JSON.parse(row.progress);
};
/** The check of a sum repository fails with other words each time a file counts on. */
const counting = {
  validation: [
    {
      name: "test",
      argv: [
        process.execPath,
        "-e",
        `const n = require("node:fs").existsSync("n.txt") ? require("node:fs").readFileSync("n.txt", "utf8") : "0";
         console.log("1 passed, 1 failed"); console.error("broken " + "x".repeat(Number(n))); process.exit(1);`,
      ],
    },
  ],
};

/** Ends as an agent does whose provider is down. */
const down = `console.error("API Error: 500 Internal server error in " + process.cwd() + "/" + process.pid); process.exit(7);`;

describe("an agent that goes in circles", () => {
  it("ends after turns that bring neither a new diff nor a new test result; a person's retry counts anew [req:budget.no-progress]", async () => {
    const stands = implementer(`write("sum.js", "module.exports = () => 4;\\n"); say("tried");`);
    await using w = await world({ agents: { stands, critic: approves }, env: retries });
    const task = await w.run({ no_progress_turns: 2, same_failure_times: 50 });
    expect(task).toMatchObject({
      status: "failed",
      attempts: 1,
      error: { code: "no_progress", message: expect.stringContaining("2 turns in a row") },
      limits: { no_progress_turns: 2, same_failure_times: 50 },
    });
    // The first turn brought a diff; the two after it brought nothing.
    expect(task.turns).toHaveLength(3);
    await w.call("task/retry", { task_id: task.id });
    const again = await w.settled(task.id);
    expect(again).toMatchObject({ attempts: 2, error: { code: "no_progress" } });
    expect(again.turns).toHaveLength(6);
  });

  it("goes on while the diff changes or the result does [req:budget.no-progress]", async () => {
    const tries = implementer(
      `write("n.txt", String(round)); say("tried"); if (round > 4) write("n.txt", "4");`,
    );
    await using w = await world({ agents: { tries, critic: approves }, env: retries, project: counting });
    const task = await w.run({ no_progress_turns: 1, same_failure_times: 50 });
    expect(task.error?.code).toBe("no_progress");
    expect(task.turns).toHaveLength(5);
  });

  it("ends after the same red result so many times in a row, whatever it changes [req:budget.same-failure]", async () => {
    const varies = implementer(
      `write("sum.js", "module.exports = () => " + (10 + round) + ";\\n"); say("tried");`,
    );
    await using w = await world({ agents: { varies, critic: approves }, env: retries });
    const task = await w.run({ same_failure_times: 4 });
    expect(task).toMatchObject({
      status: "failed",
      attempts: 1,
      error: { code: "same_failure", message: expect.stringContaining("4 times in a row: test") },
    });
    expect(task.turns).toHaveLength(4);
    expect(await progressOf(w, task.id)).toMatchObject({ failures: 4, idle_turns: 0 });
  });

  it("waits for a person after the same failure of attempts in a row, also over a restart [req:budget.same-failure, task.dead-letter, budget.survives]", async () => {
    const breaks = implementer(down);
    const dir = testDir("same-failure");
    const env = { HARNESS_LIMITS_MAX_ATTEMPTS: "10" };
    const clock = manualClock("2026-01-10T22:00:00Z");
    const pause = { retry_base_backoff_ms: 3_600_000, retry_max_backoff_ms: 3_600_000 };
    try {
      const first = await world({ dir, agents: { breaks, critic: approves }, env, clock });
      const id = await first.submit({ ...pause, same_failure_times: 2 });
      await first.event((event) => event.type === "attempt.ended" && event.task_id === id);
      expect(await progressOf(first, id)).toMatchObject({ failures: 1 });
      await first[Symbol.asyncDispose]();
      clock.advance(3_600_000);
      await using second = await world({ dir, agents: { breaks, critic: approves }, env, clock });
      await second.event((event) => event.type === "task.waiting" && event.task_id === id);
      const task = await second.settled(id);
      expect(task).toMatchObject({
        status: "waiting",
        attempts: 2,
        block_reason: { code: "dead_letter", needs: "person", until: null },
        error: { code: "agent_transient" },
      });
      expect(task.block_reason?.message).toContain("It failed in the same way 2 times in a row.");
      expect(task.block_reason?.message).toContain("Internal server error");
      expect(task.block_reason?.unblock).toContain(`harness task cancel ${id}`);
      expect(await progressOf(second, id)).toMatchObject({ failures: 2 });
      // A person lets it go on: the row begins anew, the totals do not.
      await second.call("task/unblock", { task_id: id });
      expect(await progressOf(second, id)).toBeNull();
      expect((await second.call("task/get", { task_id: id })).spent.turns).toBeGreaterThanOrEqual(2);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it("waits for a person when the attempts of the default limits brought nothing, and has as many again when let go on [req:task.dead-letter]", async () => {
    await using w = await world({ agents: { idles: implementer(""), critic: approves } });
    const task = await w.run();
    expect(task).toMatchObject({
      status: "waiting",
      attempts: 3,
      limits: { max_attempts: 3 },
      block_reason: { code: "dead_letter", needs: "person", until: null },
      error: { code: "zero_output" },
    });
    await w.call("task/unblock", { task_id: task.id });
    const again = await w.settled(task.id);
    expect(again).toMatchObject({ status: "waiting", attempts: 6, block_reason: { code: "dead_letter" } });
  });

  it("fails for want of attempts when they brought something new until they ran out [req:task.dead-letter]", async () => {
    const dir = testDir("attempts-used");
    try {
      // The first attempt brings nothing, the second work that does not hold yet, the third nothing more.
      const marks = path.join(dir, "marks");
      mkdirSync(marks);
      const begun = JSON.stringify(path.join(marks, "begun"));
      const config = `[exec_policy.sandbox]\nwritable_dirs = [".", ${JSON.stringify(marks)}]`;
      const writer = implementer(
        `if (!fs.existsSync(${begun})) write(${begun}, ""); else if (round === 1) { write("sum.js", "wrong"); say("tried"); } else { ${down} }`,
      );
      await using w = await world({ dir, config, agents: { writer, critic: approves } });
      const task = await w.run();
      expect(task).toMatchObject({ status: "failed", attempts: 3, error: { code: "agent_transient" } });
      expect(await progressOf(w, task.id)).toMatchObject({ idle_attempts: 1, failures: 2 });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
