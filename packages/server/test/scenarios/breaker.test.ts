import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeProvider, fakeProvider, type ProviderAnswer } from "../support/fake-claude.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";
import { testDir } from "../support/test-app.ts";
import { accountEvents, claudeWorld, finished, finishes } from "./claude-world.ts";
import type { World, WorldOptions } from "./world.ts";

const evening = Date.parse("2026-01-01T22:00:00Z");
const down: ProviderAnswer = { error: "API Error: 529 Overloaded", status: 529 };
const env = {
  HARNESS_LIMITS_BREAKER_FAILURES: "3",
  HARNESS_LIMITS_BREAKER_COOLDOWN_SECS: "40",
  HARNESS_LIMITS_MAX_ATTEMPTS: "9",
};
/** 40 s of rest, and half of as much jitter at most. */
const REST_MS = 60_000;
/** Twice the rest, and the same jitter. */
const LONGER_MS = 100_000;

let dir: string;
let clock: ManualClock;
beforeEach(() => {
  dir = testDir("breaker");
  clock = manualClock(evening);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const opened = (provider: FakeProvider, options: WorldOptions = {}): Promise<World> =>
  claudeWorld(provider, { dir, clock, ...options, env: { ...env, ...options.env } });
const submit = (w: World, word: string) =>
  w.submit({ prompt: `Make sum add, ${word}`, same_failure_times: 50, agent: "claude" });
const accountOf = async (w: World) =>
  (await w.call("agent/list", {})).agents.find(({ name }) => name === "claude")?.account;
const types = async (w: World) => (await accountEvents(w)).map(({ type }) => type);

describe("an account whose provider fails again and again", () => {
  it("rests after so many failures in a row: nothing more is started, one turn tries it, its failure doubles the rest, its success lets all go on [req:breaker.opens, breaker.half-open, breaker.visible]", async () => {
    let works = false;
    await using provider = await fakeProvider(() => (works ? finishes : down));
    await using w = await opened(provider, { config: "[concurrency]\nmax_concurrent_tasks = 1" });
    const ids = [];
    for (const word of ["alpha", "beta"]) ids.push(await submit(w, word));
    await w.event(({ type }) => type === "account.parked");
    for (const id of ids) {
      await w.event(({ type, task_id }) => type === "task.waiting" && task_id === id);
      expect(await w.settled(id)).toMatchObject({
        status: "waiting",
        block_reason: { code: "provider_failing", account: "claude", needs: "timer" },
      });
    }
    expect(provider.prompts).toHaveLength(3);
    expect(await accountOf(w)).toMatchObject({
      state: "parked",
      until: new Date(evening + REST_MS).toISOString(),
      message: expect.stringContaining("It failed 3 times in a row, last: API Error: 529 Overloaded"),
    });
    const { data } = await w.call("problem/list", {});
    expect(data.find(({ task_id }) => task_id === null)).toMatchObject({
      account: "claude",
      code: "provider_failing",
      commands: ["harness agent resume claude"],
    });
    const late = await submit(w, "late");
    await w.event(({ type, task_id }) => type === "task.waiting" && task_id === late);
    clock.advance(REST_MS - 1);
    expect(provider.prompts).toHaveLength(3);
    // One turn tries it, and fails: twice the rest.
    clock.advance(1);
    await w.event(
      ({ type, seq, data: about }) =>
        type === "account.parked" && seq > 0 && /tried/.test(JSON.stringify(about)),
    );
    expect(provider.prompts).toHaveLength(4);
    expect((await accountOf(w))?.until).toBe(new Date(evening + REST_MS + LONGER_MS).toISOString());
    works = true;
    clock.advance(LONGER_MS);
    for (const id of [...ids, late]) expect((await finished(w, id)).status).toBe("done");
    expect(await types(w)).toEqual([
      "account.parked",
      "account.probing",
      "account.parked",
      "account.probing",
      "account.answered",
      "account.woken",
    ]);
    expect(await accountOf(w)).toMatchObject({ state: "ok", message: null });
    expect(provider.prompts).toHaveLength(7);
  }, 240_000);

  it("still rests after a restart, and begins nothing to find out [req:breaker.survives]", async () => {
    let works = false;
    await using provider = await fakeProvider(() => (works ? finishes : down));
    const first = await opened(provider);
    const id = await submit(first, "alpha");
    await first.event(({ type }) => type === "account.parked");
    await first.event(({ type, task_id }) => type === "task.waiting" && task_id === id);
    await first[Symbol.asyncDispose]();
    const before = provider.prompts.length;
    await using second = await opened(provider);
    const late = await submit(second, "late");
    await second.event(({ type, task_id }) => type === "task.waiting" && task_id === late);
    expect(provider.prompts).toHaveLength(before);
    expect(await accountOf(second)).toMatchObject({ state: "parked" });
    works = true;
    clock.advance(REST_MS);
    for (const one of [id, late]) expect((await finished(second, one)).status).toBe("done");
  });

  it("is not one whose failures lie too far apart [req:breaker.opens]", async () => {
    await using provider = await fakeProvider(() => down);
    const once = { HARNESS_LIMITS_MAX_ATTEMPTS: "1", HARNESS_LIMITS_BREAKER_WINDOW_SECS: "30" };
    await using w = await opened(provider, { env: once });
    for (const word of ["alpha", "beta", "gamma", "delta"]) {
      expect((await w.settled(await submit(w, word))).status).toBe("failed");
      clock.advance(16_000);
    }
    expect(await types(w)).toEqual([]);
  });
});

it("after the first word of a used-up quota at most those in flight are started, however many wait [req:breaker.in-flight]", async () => {
  const limit: ProviderAnswer = { error: "You've hit your usage limit.", status: 429 };
  const works = false;
  await using provider = await fakeProvider(() => (works ? finishes : limit));
  await using w = await opened(provider, { config: "[concurrency]\nmax_concurrent_tasks = 2" });
  const ids = await Promise.all(Array.from({ length: 12 }, (_, n) => submit(w, `number ${n}`)));
  for (const id of ids) await w.event(({ type, task_id }) => type === "task.waiting" && task_id === id);
  const started = provider.prompts.length;
  expect(started).toBeLessThanOrEqual(2);
  // Nobody said when it is back: one turn finds out that it is not yet.
  clock.advance(3_600_000 + 30_000);
  await w.event(({ type }) => type === "account.probing");
  await w.event(
    ({ type, seq, data }) => type === "account.parked" && seq > 0 && /T01|T02|T03/.test(JSON.stringify(data)),
  );
  expect(provider.prompts).toHaveLength(started + 1);
});
