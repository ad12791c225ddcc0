import { rmSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { approves, implementer, sumCheck, world, writesSum } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { testDir } from "../support/test-app.ts";
import { limits, program } from "./support.ts";

const unreviewed = "[agents.review]\nenabled = false";
const unproven = { validation: "none" } as const;
const hangs = implementer(`say("begun"); setInterval(() => {}, 1000);`);
const node = (source: string) => [process.execPath, "-e", source];

describe("settings of dispatch", () => {
  it("concurrency.max_concurrent_tasks, concurrency.max_queued_tasks, limits.priority_ageing_secs, server.drain_timeout_secs: one runs, one waits, the next is refused, the oldest comes next, and the end is not awaited", async () => {
    let ahead = 0;
    const w = await world({
      agents: { hangs },
      clock: { now: () => Date.now() + ahead },
      config:
        "[server]\ndrain_timeout_secs = 0\n[concurrency]\nmax_concurrent_tasks = 1\nmax_queued_tasks = 2",
      env: limits({ priority_ageing_secs: 60, idle_timeout_secs: 80_000, turn_timeout_secs: 80_000 }),
      project: unproven,
    });
    try {
      const running = await w.submit();
      await w.event((event) => event.type === "message.delta" && event.task_id === running);
      const old = await w.submit({ priority: 0 });
      ahead = 10 * 60_000;
      const young = await w.submit({ priority: 1 });
      expect(await w.call("server/status", {})).toMatchObject({ running: 1, queued: 2, limit: 1 });
      await expect(w.submit()).rejects.toMatchObject({ code: "overloaded" });
      await w.call("task/cancel", { task_id: running });
      const next = await w.event((event) => event.type === "attempt.started" && event.task_id !== running);
      expect(next.task_id).toBe(old);
      expect((await w.call("task/get", { task_id: young })).status).toBe("queued");
    } finally {
      const begun = performance.now();
      await w[Symbol.asyncDispose]();
      // The turn in flight never ends by itself; the default would wait thirty seconds for it.
      expect(performance.now() - begun).toBeLessThan(20_000);
    }
  });
});

describe("settings of time", () => {
  it("limits.idle_timeout_secs, limits.turn_timeout_secs: silence and talk without end are stopped", async () => {
    const talks = implementer(`setInterval(() => say("still here"), 100);`);
    await using w = await world({
      agents: { hangs, talks },
      env: limits({ idle_timeout_secs: 1, turn_timeout_secs: 1, max_attempts: 1 }),
      project: unproven,
    });
    const ids = [
      await w.submit({ agent: "hangs", turn_timeout_secs: 60 }),
      await w.submit({ agent: "talks", stall_timeout_secs: 60 }),
    ];
    const codes = await Promise.all(ids.map(async (id) => (await w.settled(id)).error?.code));
    expect(codes).toEqual(["agent_timeout_idle", "agent_timeout_total"]);
  });

  it.each([
    [50, false],
    [30_000, true],
  ])(
    "limits.kill_grace_ms: with %i, a process that needs a moment to end has it: %s",
    async (kill_grace_ms, ends) => {
      const slow = implementer(
        `process.on("SIGTERM", () => setTimeout(() => { say("tidied up"); process.exit(1); }, 700)); say("begun"); setInterval(() => {}, 1000);`,
      );
      await using w = await world({
        agents: { slow },
        env: limits({ kill_grace_ms, idle_timeout_secs: 2, max_attempts: 1 }),
        project: unproven,
      });
      const task = await w.run();
      expect(task.status).toBe("failed");
      const said = JSON.stringify(await w.events(task.id, "message.delta"));
      expect(said).toContain("begun");
      expect(said.includes("tidied up")).toBe(ends);
    },
  );

  it("limits.setup_timeout_secs, limits.validation_timeout_secs, limits.validation_retries: commands without end are stopped, and the agent is not asked again", async () => {
    const sleeps = node("setInterval(() => {}, 1000)");
    await using w = await world({
      agents: { writer: writesSum },
      env: limits({
        setup_timeout_secs: 1,
        validation_timeout_secs: 1,
        validation_retries: 0,
        max_attempts: 1,
      }),
      project: { validation: [{ name: "sleeps", argv: sleeps }] },
    });
    const root = makeRepository(w.path("other"), { "a.txt": "a\n" });
    await w.call("project/create", { root, id: "sets-up", setup: [sleeps], validation: "none" });
    const ids = [await w.submit({ project: "app" }), await w.submit({ project: "sets-up" })];
    const [proves, sets] = await Promise.all(ids.map((id) => w.settled(id)));
    expect(proves?.evidence_history.map(({ reason }) => reason)).toEqual(["timeout_total"]);
    expect(proves?.turns).toHaveLength(1);
    expect(sets?.error).toMatchObject({ code: "setup_failed", message: expect.stringContaining("timeout") });
  });

  it("limits.max_attempts, limits.retry_base_backoff_ms, limits.retry_max_backoff_ms: a failed attempt is followed by so many, after so long", async () => {
    await using w = await world({
      agents: { writer: implementer("") },
      env: limits({ max_attempts: 2, retry_base_backoff_ms: 20_000, retry_max_backoff_ms: 50_000 }),
    });
    const waits = async (params: { retry_base_backoff_ms?: number }) => {
      const id = await w.submit(params);
      const ended = await w.event((event) => event.type === "attempt.ended" && event.task_id === id);
      const { not_before } = await w.call("task/get", { task_id: id });
      await w.call("task/cancel", { task_id: id });
      return Math.ceil((Date.parse(not_before ?? "") - Date.parse(ended.at)) / 10_000) * 10_000;
    };
    expect(await waits({})).toBe(20_000);
    expect(await waits({ retry_base_backoff_ms: 3_600_000 })).toBe(50_000);
    const last = await w.run({ retry_base_backoff_ms: 0 });
    expect(last).toMatchObject({ status: "failed", attempts: 2 });
  });
});

describe("settings of size", () => {
  it("limits.max_output_bytes, limits.max_snapshot_file_bytes, limits.max_snapshot_files: what is more is cut or left out, and said", async () => {
    const writer = implementer(`
      for (let line = 0; line < 100; line += 1) say("line " + line + " " + "x".repeat(50));
      write("large.bin", "y".repeat(5000)); write("one.txt", "1"); write("two.txt", "2");`);
    await using w = await world({
      agents: { writer },
      config: unreviewed,
      env: limits({ max_output_bytes: 1024, max_snapshot_file_bytes: 1024, max_snapshot_files: 1 }),
      project: { validation: [{ name: "loud", argv: node('console.log("z".repeat(5000))') }] },
    });
    const task = await w.run();
    expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
    expect(task.evidence_history[0]).toMatchObject({ output_bytes: 5001 });
    expect(task.evidence_history[0]?.output).toMatch(/bytes cut/);
    expect(task.evidence_history[0]?.output.length).toBeLessThan(1200);
    const said = await w.call("task/artifacts", { task_id: task.id });
    const message = said.find((one) => one.artifact_type === "implementer_message")?.content ?? "";
    expect(message).toMatch(/^line 0 .*bytes cut.*line 99 /s);
    expect(JSON.stringify(await w.events(task.id, "turn.warning"))).toContain(
      "characters of live text were left out",
    );
    const { files } = await w.call("task/diff", { task_id: task.id });
    expect(files.map(({ path }) => path)).toEqual(["one.txt"]);
  });
});

describe("settings of spending", () => {
  let dir = "";
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it("limits.max_tokens, limits.max_budget_usd, limits.max_turns: the work stops there", async () => {
    dir = testDir("effects");
    // One turn of it costs a thousand tokens and five cents.
    const claude = program(
      dir,
      "claude",
      `const say = (record) => console.log(JSON.stringify(record));
      if (process.argv.includes("--version")) { console.log("2.1.0 (Claude Code)"); process.exit(0); }
      require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
        if (JSON.parse(line).type !== "user") return;
        const usage = { input_tokens: 500, output_tokens: 500 };
        require("node:fs").writeFileSync("sum.js", "module.exports = (a, b) => a + b;\\n");
        say({ type: "system", subtype: "init", model: "sonnet" });
        say({ type: "assistant", message: { id: "m1", model: "sonnet", content: [{ type: "text", text: "done" }], usage } });
        say({ type: "result", subtype: "success", result: "done", usage, total_cost_usd: 0.05 });
      });`,
    );
    await using w = await world({
      dir,
      agents: { critic: approves },
      config: `[agents.claude]\ncli_path = ${JSON.stringify(claude)}`,
      env: {
        ...limits({ max_tokens: 900, max_budget_usd: 0.04, max_turns: 1 }),
        ANTHROPIC_API_KEY: "sk-test-0000000000",
      },
      project: { validation: [sumCheck] },
    });
    const spends = [
      [{ max_budget_usd: 9, max_turns: 9 }, /tokens/],
      [{ max_tokens: 99_999, max_turns: 9 }, /\$|USD|dollar/i],
      [{ max_tokens: 99_999, max_budget_usd: 9 }, /1 agent turns/],
    ] as const;
    const ids = await Promise.all(spends.map(([params]) => w.submit({ agent: "claude", ...params })));
    for (const [index, id] of ids.entries()) {
      const task = await w.settled(id);
      expect(task.status, JSON.stringify(task)).toBe("budget_exhausted");
      expect(task.error?.message).toMatch(spends[index]![1]);
    }
  });
});
