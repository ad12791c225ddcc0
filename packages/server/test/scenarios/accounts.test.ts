import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Event } from "@harness/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeProvider, fakeProvider, type ProviderAnswer } from "../support/fake-claude.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";
import { testDir } from "../support/test-app.ts";
import { accountEvents, claudeWorld, finished, finishes } from "./claude-world.ts";
import { approves, implementer, reviewer, type World, type WorldOptions } from "./world.ts";

const hour = 3_600_000;
const evening = Date.parse("2026-01-01T22:00:00Z");
const at = (ms: number) => new Date(evening + ms).toISOString();
const silent: ProviderAnswer = { error: "You've hit your usage limit.", status: 429 };
const resets: ProviderAnswer = { error: "You've hit your session limit · resets 11pm (UTC)", status: 429 };
const refused: ProviderAnswer = { error: "Not logged in · Please run /login", status: 401 };

let dir: string;
let clock: ManualClock;
beforeEach(() => {
  dir = testDir("accounts");
  clock = manualClock(evening);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const opened = (provider: FakeProvider, options: WorldOptions = {}): Promise<World> =>
  claudeWorld(provider, { dir, clock, ...options });

const kinds = (events: readonly Event[]) => events.map(({ type }) => type);

async function accountOf(w: World, name: string) {
  return (await w.call("agent/list", {})).agents.find((agent) => agent.name === name)?.account;
}

describe("a refused login", () => {
  it("stops the account at once, says which command logs in, and waits for a person [req:wait.auth-stops, wait.resume, wait.account-shown]", async () => {
    let login = false;
    await using provider = await fakeProvider(() => (login ? finishes : refused));
    await using w = await opened(provider);
    const task = await w.run();
    expect(task).toMatchObject({
      status: "waiting",
      block_reason: { code: "auth", account: "claude", needs: "person", until: null },
    });
    expect(task.block_reason?.message).toContain("claude /login");
    expect(task.block_reason?.unblock[0]).toBe("harness agent resume claude");
    const second = await w.run({ prompt: "Make sum add, second" });
    expect(second).toMatchObject({ status: "waiting", block_reason: { code: "auth" }, turns: [] });
    expect(provider.prompts).toHaveLength(1);
    expect(await accountOf(w, "claude")).toMatchObject({ state: "stopped", since: at(0), until: null });
    expect((await w.call("server/status", {})).accounts).toMatchObject([
      { agent: "claude", state: "stopped" },
    ]);
    expect((await w.call("server/doctor", {})).checks).toContainEqual({
      name: "accounts",
      ok: false,
      detail: expect.stringContaining("claude stopped: Not logged in"),
      fix: expect.stringContaining("claude /login"),
    });
    clock.advance(48 * hour);
    expect((await w.call("task/get", { task_id: task.id })).status).toBe("waiting");
    login = true;
    expect(await w.call("agent/resume", { agent: "claude" })).toMatchObject({
      agent: "claude",
      account: { state: "ok" },
      queued: 2,
    });
    for (const { id } of [task, second]) expect((await finished(w, id)).status).toBe("done");
    expect(await accountOf(w, "claude")).toMatchObject({ state: "ok", since: null, message: null });
    expect(await accountEvents(w)).toMatchObject([
      { type: "account.stopped", data: { account: "claude", fix: expect.stringContaining("claude /login") } },
      { type: "account.woken", data: { account: "claude", tasks: 2, by: "operator" } },
    ]);
  });

  it("is over by itself once somebody has logged in again, over a restart too [req:wait.login-seen]", async () => {
    const file = path.join(dir, ".claude", ".credentials.json");
    mkdirSync(path.dirname(file));
    writeFileSync(file, "{}");
    await using provider = await fakeProvider((_, earlier) => (earlier < 1 ? refused : finishes));
    const before = await opened(provider);
    const task = await before.run();
    expect(task.block_reason).toMatchObject({ code: "auth", account: "claude" });
    await before[Symbol.asyncDispose]();
    const same = await opened(provider);
    await same.run({ prompt: "Make sum add, second" });
    await same[Symbol.asyncDispose]();
    expect(provider.prompts).toHaveLength(1);
    utimesSync(file, new Date(), new Date(Date.now() + 5_000));
    await using w = await opened(provider);
    expect((await finished(w, task.id)).status).toBe("done");
    expect((await accountEvents(w)).at(-1)).toMatchObject({
      type: "account.woken",
      data: { account: "claude", tasks: 2, by: "login" },
    });
  });

  it("of an agent that does not exist cannot be taken back [req:wait.resume]", async () => {
    await using provider = await fakeProvider(() => finishes);
    await using w = await opened(provider);
    await expect(w.call("agent/resume", { agent: "nobody" })).rejects.toMatchObject({
      code: "agent_not_found",
    });
  });
});

describe("a quota", () => {
  it("whose end nobody knows is tried again after an hour, then two [req:wait.quota-silent]", async () => {
    await using provider = await fakeProvider((_, earlier) => (earlier < 2 ? silent : finishes));
    await using w = await opened(provider, { config: "wake_jitter_secs = 0" });
    const task = await w.run();
    expect(task.block_reason).toMatchObject({ code: "quota", until: at(hour) });
    clock.advance(hour);
    await w.event((event) => event.type === "account.parked" && event.data.until === at(3 * hour));
    expect((await w.settled(task.id)).block_reason).toMatchObject({ code: "quota", until: at(3 * hour) });
    clock.advance(2 * hour);
    expect((await finished(w, task.id)).status).toBe("done");
    expect(provider.prompts).toHaveLength(3);
  });

  it("is tried before its time when a person unblocks a task [req:wait.quota-early]", async () => {
    await using provider = await fakeProvider((_, earlier) => (earlier < 1 ? resets : finishes));
    await using w = await opened(provider);
    const task = await w.run();
    expect(task.block_reason).toMatchObject({ until: at(hour + 30_000) });
    await w.call("task/unblock", { task_id: task.id });
    expect((await finished(w, task.id)).status).toBe("done");
    expect(kinds(await accountEvents(w))).toEqual(["account.parked", "account.woken"]);
  });

  it("that comes back again and again asks a person in the end [req:wait.redelivery-cap, wait.redeliveries-shown]", async () => {
    let quota = true;
    await using provider = await fakeProvider(() => (quota ? silent : finishes));
    await using w = await opened(provider, {
      config: "wake_jitter_secs = 0\nquota_retry_secs = 60\nmax_redeliveries = 2\nmax_attempts = 1",
    });
    const task_id = await w.submit();
    for (const wait of [1, 2, 4]) {
      const until = wait === 4 ? null : at(clock.now() - evening + wait * 60_000);
      await w.event((event) => event.type === "task.waiting" && event.data.block_reason.until === until);
      expect((await w.settled(task_id)).block_reason?.code).toBe(wait === 4 ? "redelivery_limit" : "quota");
      clock.advance(wait * 60_000);
    }
    clock.advance(24 * hour);
    expect(await w.call("task/get", { task_id })).toMatchObject({
      status: "waiting",
      block_reason: { code: "redelivery_limit", needs: "person" },
      redeliveries: 2,
    });
    expect(provider.prompts).toHaveLength(3);
    quota = false;
    await w.call("task/unblock", { task_id });
    expect(await finished(w, task_id)).toMatchObject({ status: "done" });
  });

  it("is not what the work is about: an agent's own words park nothing [req:wait.own-words]", async () => {
    await using provider = await fakeProvider(() => ({
      ...finishes,
      say: "Added the message: You've hit your session limit · resets 3:30am (UTC). 401 Unauthorized.",
    }));
    await using w = await opened(provider);
    expect((await w.run()).status).toBe("done");
    expect(await accountEvents(w)).toEqual([]);
  });
});

describe("another failure of a provider", () => {
  it("that can never work ends the task at once with its message [req:wait.permanent]", async () => {
    const error = "There's an issue with the selected model (nope). It may not exist.";
    await using provider = await fakeProvider(() => ({ error, status: 404 }));
    await using w = await opened(provider);
    const task = await w.run();
    expect(task).toMatchObject({ status: "failed", attempts: 1, error: { code: "agent_permanent" } });
    expect(task.error?.message).toContain("selected model (nope)");
    expect(provider.prompts).toHaveLength(1);
  });

  it("that may pass is tried again after a random pause, not before the provider's time [req:wait.transient]", async () => {
    const busy = { error: "API Error: 529 Overloaded.", status: 529 };
    const rate = { error: "API Error: Request rejected (429) · Please try again in 90s.", status: 429 };
    const answers = [busy, rate];
    await using provider = await fakeProvider((_, earlier) => answers[earlier] ?? finishes);
    await using w = await opened(provider);
    const task_id = await w.submit({ retry_base_backoff_ms: 10_000, retry_max_backoff_ms: 60_000 });
    const paused = async (since: number) => {
      const reason = "retry after agent_transient";
      await w.event(
        (event) => event.type === "task.queued" && event.data.reason === reason && event.at === at(since),
      );
      return w.call("task/get", { task_id });
    };
    expect(await paused(0)).toMatchObject({ status: "queued", not_before: at(5_000) });
    clock.advance(5_000);
    expect(await paused(5_000)).toMatchObject({ status: "queued", not_before: at(95_000) });
    clock.advance(90_000);
    expect((await finished(w, task_id)).status).toBe("done");
    expect(await accountEvents(w)).toEqual([]);
  });
});

describe("with takeover", () => {
  const substitute = implementer(
    `if (!prompt.includes("You take over from claude")) process.exit(1);
write("told.txt", prompt); write("sum.js", "module.exports = (a, b) => a + b;\\n"); say("done");`,
  );

  it("another agent goes on from the work of one that is parked, and is told how it stands [req:wait.takeover, wait.handoff]", async () => {
    await using provider = await fakeProvider(() => ({
      write: { "half.js": "one\ntwo\n" },
      say: "I wrote half of it; all tests pass.",
      ...resets,
    }));
    await using w = await opened(provider, {
      agents: { critic: approves, helper: substitute },
      project: { takeover: true },
    });
    const task = await finished(w, await w.submit());
    expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
    expect(task.turns.map(({ role, agent }) => `${role} ${agent}`)).toEqual([
      "implementer claude",
      "implementer helper",
      "reviewer critic",
    ]);
    expect(task.changes?.files).toBe(3);
    const artifacts = await w.call("task/artifacts", { task_id: task.id });
    const text = artifacts.find(({ artifact_type }) => artifact_type === "handoff")?.content ?? "";
    expect(text).toContain("You take over from claude");
    expect(text).toContain("[VERIFIED files changed so far: 1]\nadded half.js (+2 -0)");
    expect(text).toContain("[CLAIMED by claude, its last message; nobody checked it]\nI wrote half of it");
    expect(text).toContain("no check has run on this work yet");
    expect(provider.prompts).toHaveLength(1);
    expect(kinds(await accountEvents(w))).toEqual(["account.parked"]);
  });

  it("is off, the task waits for its own agent [req:wait.takeover]", async () => {
    await using provider = await fakeProvider(() => resets);
    await using w = await opened(provider, { agents: { critic: approves, helper: substitute } });
    expect(await w.run()).toMatchObject({
      status: "waiting",
      block_reason: { code: "quota", account: "claude" },
      turns: [{ agent: "claude" }],
    });
  });

  it("a task that finds its agent parked begins with the other one, without a summary of nothing [req:wait.takeover]", async () => {
    await using provider = await fakeProvider(() => resets);
    const writer = implementer(
      `if (prompt.includes("take over")) process.exit(1); write("sum.js", "module.exports = (a, b) => a + b;\\n"); say("done");`,
    );
    await using w = await opened(provider, { agents: { critic: approves, helper: writer } });
    await w.run();
    await w.call("project/update", { project: "app", takeover: true });
    const task = await w.run({ prompt: "Make sum add, second" });
    expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
    expect(task.turns.map(({ agent }) => agent)).toEqual(["helper", "critic"]);
    expect(provider.prompts).toHaveLength(1);
  });
});

describe("a parked reviewer", () => {
  const writer = implementer(`write("sum.js", "module.exports = (a, b) => a + b;\\n"); say("done");`);

  it("is waited for, not a person, when nobody else could review [req:wait.reviewer-parked]", async () => {
    const verdict = JSON.stringify({ verdict: "approved", summary: "read it", findings: [] });
    await using provider = await fakeProvider((_, earlier) => (earlier < 1 ? resets : { say: verdict }));
    await using w = await opened(provider, { agents: { writer } });
    const task = await w.run({ agent: "writer" });
    expect(task).toMatchObject({
      status: "waiting",
      block_reason: { code: "quota", account: "claude", needs: "timer", until: at(hour + 30_000) },
    });
    clock.advance(hour + 30_000);
    const done = await finished(w, task.id);
    expect(done.status, JSON.stringify(done.error ?? done.block_reason)).toBe("done");
    expect(done.turns.map(({ role, agent }) => `${role} ${agent}`)).toEqual([
      "implementer writer",
      "reviewer claude",
      "reviewer claude",
    ]);
  });

  it("is replaced by another independent one [req:wait.reviewer-parked]", async () => {
    await using provider = await fakeProvider(() => resets);
    await using w = await opened(provider, {
      agents: { writer, second: reviewer(`answer("approved");`) },
      project: { review: { reviewer_agent: "claude" } },
    });
    const task = await w.run({ agent: "writer" });
    expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
    expect(task.review_history).toMatchObject([{ agent: "second", independent: true }]);
    expect(provider.prompts).toHaveLength(1);
  });

  it("that began the work which another finished may review it then, and is not called independent [req:wait.reviewer-parked]", async () => {
    const verdict = JSON.stringify({ verdict: "approved", summary: "read it", findings: [] });
    const half = { write: { "half.js": "half\n" }, ...resets };
    await using provider = await fakeProvider((_, earlier) => (earlier < 1 ? half : { say: verdict }));
    await using w = await opened(provider, { agents: { writer }, project: { takeover: true } });
    const task_id = await w.submit();
    await w.event((event) => event.type === "task.waiting" && event.task_id === task_id);
    expect(await w.settled(task_id)).toMatchObject({
      status: "waiting",
      block_reason: { code: "quota", account: "claude" },
      turns: [{ agent: "claude" }, { agent: "writer", status: "completed" }],
    });
    clock.advance(hour + 30_000);
    const done = await finished(w, task_id);
    expect(done.status, JSON.stringify(done.error ?? done.block_reason)).toBe("done");
    expect(done.turns.map(({ role, agent }) => `${role} ${agent}`).slice(2)).toEqual(["reviewer claude"]);
    expect(done.review_history).toMatchObject([{ agent: "claude", independent: false }]);
  });

  it("that meets its quota in the review itself is replaced there and then [req:wait.reviewer-parked]", async () => {
    const early = reviewer(
      `console.error("You've hit your usage limit. Try again in 10 minutes."); process.exit(1);`,
    );
    await using provider = await fakeProvider((_, earlier) => (earlier < 1 ? finishes : resets));
    await using w = await opened(provider, {
      agents: { first: early, second: reviewer(`answer("approved");`) },
      project: { review: { reviewer_agent: "first", allow_same_agent: false } },
      config: "wake_jitter_secs = 0",
    });
    const task = await w.run();
    expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
    expect(task.turns.map(({ role, agent, status }) => `${role} ${agent} ${status}`)).toEqual([
      "implementer claude completed",
      "reviewer first failed",
      "reviewer second completed",
    ]);
  });
});
