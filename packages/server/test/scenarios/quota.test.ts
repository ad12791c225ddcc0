import { rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startPostgres } from "../../../../test/support/postgres.ts";
import { type FakeProvider, fakeProvider, type ProviderAnswer } from "../support/fake-claude.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";
import { testDir } from "../support/test-app.ts";
import { accountEvents, claudeWorld, finished, finishes } from "./claude-world.ts";
import type { World, WorldOptions } from "./world.ts";

const evening = "2026-01-01T22:00:00.000Z";
const reset = Date.parse("2026-01-02T03:30:00.000Z");
const wake = "2026-01-02T03:30:30.000Z";
const limit: ProviderAnswer = {
  write: { "notes.txt": "half done\n" },
  error: "You've hit your session limit · resets 3:30am (Europe/London)",
  status: 429,
};

let dir: string;
let clock: ManualClock;
beforeEach(() => {
  dir = testDir("quota");
  clock = manualClock(evening);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function opened(provider: FakeProvider, options: WorldOptions = {}): Promise<World> {
  return claudeWorld(provider, { dir, clock, ...options });
}

/** Answers only once this many have asked, so that they all run at the same time. */
function together(count: number): () => Promise<void> {
  let came = 0;
  const all = Promise.withResolvers<void>();
  return () => {
    came += 1;
    if (came >= count) all.resolve();
    return all.promise;
  };
}

async function story(w: World): Promise<string[]> {
  return (await accountEvents(w)).map(({ type, at }) => `${type} ${at}`);
}

const promptsOf = (provider: FakeProvider, word: string) =>
  provider.prompts.filter((prompt) => prompt.includes(word)).length;

describe.each(["sqlite", "postgres"] as const)("a used-up quota, on %s", (database) => {
  it("parks the account once for three tasks, wakes it once, and gives each prompt once more [req:wait.quota-parks, wait.quota-one-wake]", async () => {
    const meet = together(3);
    await using provider = await fakeProvider(async () => {
      if (clock.now() >= reset) return finishes;
      await meet();
      return limit;
    });
    await using w = await opened(provider, { database });
    const words = ["alpha", "beta", "gamma"];
    const ids = await Promise.all(words.map((word) => w.submit({ prompt: `Make sum add, ${word}` })));
    for (const id of ids) {
      const task = await w.settled(id);
      expect(task).toMatchObject({
        status: "waiting",
        block_reason: { code: "quota", account: "claude", until: wake, needs: "timer" },
        changes: { files: 1 },
      });
    }
    const late = await w.run({ prompt: "Make sum add, late" });
    expect(late).toMatchObject({
      status: "waiting",
      block_reason: { code: "quota", until: wake },
      attempts: 0,
    });
    clock.advance(Date.parse(wake) - clock.now() - 1);
    expect((await w.call("task/get", { task_id: late.id })).status).toBe("waiting");
    expect(provider.prompts).toHaveLength(3);
    expect(await story(w)).toEqual([`account.parked ${evening}`]);
    await w.call("task/cancel", { task_id: late.id });
    clock.advance(1);
    for (const id of ids) {
      const task = await finished(w, id);
      expect(task.status, JSON.stringify(task.block_reason ?? task.error)).toBe("done");
    }
    expect(await story(w)).toEqual([`account.parked ${evening}`, `account.woken ${wake}`]);
    expect(words.map((word) => promptsOf(provider, word))).toEqual([2, 2, 2]);
    expect(provider.prompts).toHaveLength(6);
  });

  it("is remembered over a restart, which starts nothing [req:wait.quota-restart]", async () => {
    await using provider = await fakeProvider(() => (clock.now() >= reset ? finishes : limit));
    const postgres = database === "postgres" ? await startPostgres() : undefined;
    const env: Record<string, string> = postgres ? { HARNESS_DATABASE_URL: postgres.url } : {};
    try {
      const before = await opened(provider, { env });
      const task = await before.run();
      expect(task.block_reason).toMatchObject({ code: "quota", until: wake });
      await before[Symbol.asyncDispose]();
      clock.advance(3_600_000);
      await using w = await opened(provider, { env });
      expect((await w.settled(task.id)).block_reason).toMatchObject({ code: "quota", until: wake });
      expect(provider.prompts).toHaveLength(1);
      clock.advance(Date.parse(wake) - clock.now());
      expect(await finished(w, task.id)).toMatchObject({ status: "done", attempts: 2 });
      expect(provider.prompts).toHaveLength(2);
      expect(await story(w)).toEqual([`account.parked ${evening}`, `account.woken ${wake}`]);
    } finally {
      await postgres?.stop();
    }
  });
});
