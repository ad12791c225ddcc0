import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { userGit } from "../support/git-fixture.ts";
import { manualClock } from "../support/manual-clock.ts";
import { testDir } from "../support/test-app.ts";
import { approves, implementer, world, writesSum } from "./world.ts";

const right = `write("sum.js", "module.exports = (a, b) => a + b;\\n"); say("ok");`;

describe("a wait has a reason and ends by itself or by a command", () => {
  it("for a quota ends at its reset, without a person [req:waits.quota-timer]", async () => {
    const writer = implementer(`
      if (fs.existsSync("tried")) { ${right} }
      else { write("tried", "1"); console.error("You've hit your usage limit. Try again in 5 minutes."); process.exit(1); }`);
    const clock = manualClock("2026-01-01T22:00:00Z");
    await using w = await world({
      clock,
      agents: { writer, critic: approves },
      config: "wake_jitter_secs = 0",
    });
    const task = await w.run({ max_attempts: 1 });
    expect(task.block_reason).toMatchObject({
      code: "quota",
      needs: "timer",
      account: "writer",
      until: "2026-01-01T22:05:00.000Z",
      expires_at: "2026-01-08T22:00:00.000Z",
    });
    clock.advance(5 * 60_000);
    await w.event((event) => event.type === "task.ended" && event.task_id === task.id);
    expect(await w.settled(task.id)).toMatchObject({ status: "done", attempts: 2, not_before: null });
  });

  it("for a login needs a person; for a quota without a time it is tried again later [req:waits.auth]", async () => {
    const fails = (text: string) => implementer(`console.error(${JSON.stringify(text)}); process.exit(1);`);
    const agents = { login: fails("401 Unauthorized"), spent: fails("quota used up"), critic: approves };
    await using w = await world({ agents });
    const login = await w.run({ agent: "login" });
    expect(login).toMatchObject({
      status: "waiting",
      block_reason: { code: "auth", needs: "person", until: null },
    });
    expect(login.block_reason?.unblock).toContain(`harness task unblock ${login.id}`);
    expect(await w.run({ agent: "spent" })).toMatchObject({
      status: "waiting",
      block_reason: { code: "quota", needs: "timer", account: "spent" },
    });
    await expect(w.call("task/accept", { task_id: login.id })).rejects.toMatchObject({
      code: "illegal_transition",
    });
    expect((await w.call("server/status", {})).waiting.map((one) => one.code)).toEqual(["auth", "quota"]);
  });

  it("for an agent that is not there or not logged in says how to fix it [req:waits.agent]", async () => {
    const dir = testDir("agents");
    mkdirSync(path.join(dir, "bin"), { recursive: true });
    const program = path.join(dir, "bin", "claude");
    writeFileSync(program, "#!/bin/sh\necho 2.1.0\n");
    chmodSync(program, 0o755);
    try {
      await using w = await world({
        dir,
        agents: {},
        config: `[agents.claude]\ncli_path = ${JSON.stringify(program)}`,
      });
      const auto = await w.run();
      expect(auto).toMatchObject({ status: "waiting", block_reason: { code: "agent_unavailable" } });
      expect(auto.block_reason?.unblock).toContain("harness doctor");
      const claude = await w.run({ agent: "claude" });
      expect(claude).toMatchObject({ status: "waiting", block_reason: { code: "auth" } });
      expect(claude.block_reason?.message).toContain("claude /login");
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it("for a sandbox that does not work runs nothing unconfined [req:waits.sandbox]", async () => {
    const dir = testDir("sandbox");
    mkdirSync(path.join(dir, "data"), { recursive: true, mode: 0o700 });
    const blocker = path.join(dir, "data", "sandbox");
    writeFileSync(blocker, "not a directory");
    try {
      await using w = await world({ dir });
      const waiting = await w.run();
      expect(waiting).toMatchObject({
        status: "waiting",
        turns: [],
        block_reason: { code: "sandbox_unavailable" },
      });
      rmSync(blocker);
      await w.call("task/unblock", { task_id: waiting.id });
      expect((await w.settled(waiting.id)).status).toBe("done");
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  it('runs without a sandbox only when the operator says "none", and shows it [req:waits.sandbox-none]', async () => {
    await using w = await world({ config: '[sandbox]\ndriver = "none"' });
    const task = await w.run();
    expect(task).toMatchObject({
      status: "done",
      sandbox: { driver: "none", profile: "danger-full-access" },
    });
    expect(task.evidence_history[0]?.sandbox).toBe("none");
    const proof = await w.call("task/proof", { task_id: task.id });
    expect(proof.quality_signals).toContainEqual({ name: "sandbox", value: "none" });
  });

  it("for a repository whose configuration begins to run code names the key; a person may accept it [req:waits.repository]", async () => {
    await using w = await world();
    userGit(w.root, "config", "alias.st", "status");
    expect((await w.run()).status, "what was there at first is the user's own").toBe("done");
    userGit(w.root, "config", "filter.x.clean", "touch pwned");
    const waiting = await w.run();
    expect(waiting).toMatchObject({ status: "waiting", block_reason: { code: "repository" } });
    expect(waiting.block_reason?.message).toContain("filter.x.clean");
    await w.call("project/update", { project: "app" });
    await w.call("task/unblock", { task_id: waiting.id });
    expect((await w.settled(waiting.id)).status).toBe("done");
    expect(existsSync(path.join(w.root, "pwned"))).toBe(false);
  });
});

describe("a repository that changes under a task", () => {
  it("waits when its base branch or the whole of it is gone, and goes on when it is back [req:waits.repository-gone]", async () => {
    await using w = await world();
    userGit(w.root, "checkout", "-q", "-b", "other");
    userGit(w.root, "branch", "-m", "main", "elsewhere");
    const branch = await w.run();
    expect(branch).toMatchObject({ status: "waiting", block_reason: { code: "repository" } });
    expect(branch.block_reason?.message).toContain("main");
    userGit(w.root, "branch", "-m", "elsewhere", "main");
    renameSync(w.root, w.path("moved"));
    await w.call("task/unblock", { task_id: branch.id });
    expect(await w.settled(branch.id)).toMatchObject({
      status: "waiting",
      block_reason: { code: "repository" },
    });
    renameSync(w.path("moved"), w.root);
    await w.call("task/unblock", { task_id: branch.id });
    expect((await w.settled(branch.id)).status).toBe("done");
  });

  it("keeps the base a task was started from when the branch moves on [req:pipeline.base-kept]", async () => {
    await using w = await world({ project: { validation: [] } });
    const waiting = await w.run();
    writeFileSync(path.join(w.root, "new.txt"), "new");
    userGit(w.root, "add", "-A");
    userGit(w.root, "commit", "-q", "-m", "second");
    await w.call("task/accept", { task_id: waiting.id });
    const task = await w.settled(waiting.id);
    expect(task).toMatchObject({ status: "done", base_sha: waiting.base_sha, changes: { files: 1 } });
    expect(userGit(w.root, "merge-base", "main", task.branch!)).toBe(waiting.base_sha);
  });
});

describe("triage and plan", () => {
  const triage = (footer: string) =>
    implementer(`
    if (prompt.startsWith("Role: triage")) say(${JSON.stringify(`Looks fine.\n${footer}`)});
    else if (prompt.startsWith("Role: planner")) say("1. change sum.js THE-PLAN\\nPLAN=READY");
    else { ${right} say(prompt.includes("THE-PLAN") ? "followed the plan" : "no plan"); }`);

  it("come before the work when asked for, read-only, and the plan reaches the implementer [req:triage.plan]", async () => {
    const writer = triage("COMPLEXITY=low\nTRIAGE_REASON=clear\nTRIAGE=PROCEED_WITH_PLAN");
    await using w = await world({ agents: { writer, critic: approves } });
    const task = await w.run({ skip_triage: false });
    expect(task.status, JSON.stringify(task.error)).toBe("done");
    expect(task.turns.map((turn) => turn.role)).toEqual(["triage", "planner", "implementer", "reviewer"]);
    const artifacts = await w.call("task/artifacts", { task_id: task.id });
    expect(artifacts.find((one) => one.artifact_type === "implementer_message")?.content).toContain(
      "followed the plan",
    );
    const statuses = (await w.events(task.id, "task.status_changed")).map((event) =>
      event.type === "task.status_changed" ? event.data.to : "",
    );
    expect(statuses).toEqual([
      "queued",
      "triaging",
      "implementing",
      "triaging",
      "planning",
      "implementing",
      "validating",
      "reviewing",
      "publishing",
      "done",
    ]);
  });

  it("can advise against a task; force_execute overrules [req:triage.skip]", async () => {
    const writer = triage("COMPLEXITY=low\nTRIAGE_REASON=already_done\nTRIAGE=SKIP");
    await using w = await world({ agents: { writer, critic: approves } });
    expect(await w.run({ skip_triage: false })).toMatchObject({ status: "no_change", head_sha: null });
    expect(await w.run({ skip_triage: false, force_execute: true })).toMatchObject({ status: "done" });
  });

  it("that cannot be read is no answer [req:triage.unreadable]", async () => {
    const writer = triage("TRIAGE=PROCEED");
    await using w = await world({ agents: { writer, critic: approves } });
    expect(await w.run({ skip_triage: false, max_attempts: 1 })).toMatchObject({
      status: "failed",
      error: { code: "triage_unreadable" },
    });
    expect(writesSum.roles).toHaveLength(1);
  });
});
