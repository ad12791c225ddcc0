import { noCaps } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { nightsOf } from "../../src/reports/spend.ts";
import { world } from "../scenarios/world.ts";
import { manualClock } from "../support/manual-clock.ts";

const evening = Date.parse("2026-01-01T22:00:00.000Z");
const HOUR = 3_600_000;

describe.each(["sqlite", "postgres"] as const)("the figures of a report on %s", (database) => {
  it("add up the turns that ended in its time, and never make an unknown cost a known one [req:report.spend]", async () => {
    const clock = manualClock(evening);
    await using w = await world({ clock, database, start: false });
    const task_id = await w.submit();
    const { id: projectId } = await w.call("project/get", { project: "app" });
    const turn = (agent: string, ended_at: number | null, cost: number | null | undefined) => ({
      turn_id: w.app.newId("turn"),
      night: evening - 4 * HOUR,
      calendar_day: evening - 22 * HOUR,
      thread_id: "thr_1",
      project_id: projectId,
      task_id,
      role: "implementer",
      agent,
      account: agent,
      ...(cost === undefined ? {} : { input_tokens: 10, cached_tokens: 0, output_tokens: 1 }),
      cost_microusd: cost === undefined || cost === null ? null : cost * 1e6,
      cost_source: cost === undefined || cost === null ? null : "vendor",
      cut_short: 0,
      wall_ms: ended_at === null ? 0 : ended_at - (evening - 2 * HOUR),
      started_at: evening - 2 * HOUR,
      ended_at,
    });
    const night = (at: number, scope: string, cost_usd: number, cost_unknown: number) => ({
      night: at,
      scope,
      input_tokens: 90,
      output_tokens: 10,
      cost_usd,
      cost_unknown,
      wall_ms: 5,
      turns: 4,
      attempts: 2,
    });
    const begin = evening - 4 * HOUR;
    await w.app.log.write(async ({ db }) => {
      await db
        .insertInto("ledger")
        .values([
          turn("claude", evening - 13 * HOUR, 100),
          turn("claude", evening - HOUR, 0.25),
          turn("claude", evening, 0.5),
          turn("codex", evening - HOUR, null),
          turn("codex", evening - HOUR, undefined),
          turn("codex", null, 100),
          turn("claude", evening + 1, 100),
        ])
        .execute();
      await db
        .insertInto("spending")
        .values([
          night(begin - 48 * HOUR, "night", 9, 0),
          night(begin, "night", 3, 0),
          night(begin, projectId, 1, 1),
        ])
        .execute();
    });
    const { spend, cut } = await w.call("report/create", {});
    expect(cut).toEqual([]);
    expect(spend.total).toEqual({
      turns: 4,
      input_tokens: 30,
      output_tokens: 3,
      cost_usd: null,
      cost_known_usd: 0.75,
      wall_ms: 5 * HOUR,
    });
    expect(spend.by).toMatchObject([
      { project: "app", agent: "claude", turns: 2, cost_usd: 0.75, cost_known_usd: 0.75, input_tokens: 20 },
      { project: "app", agent: "codex", turns: 2, cost_usd: null, cost_known_usd: 0, input_tokens: 10 },
    ]);
    const ofAll = { project_id: null, cost_usd: 3, total_tokens: 100, left: null };
    const ofApp = { project: "app", cost_usd: null, turns: 4, left: null };
    expect(spend.nights).toHaveLength(2);
    expect(spend.nights).toMatchObject([ofAll, ofApp]);
    const scope = { since: evening - HOUR, until: evening, project_id: null };
    const caps = { ...noCaps, max_budget_usd: 5, max_tokens: 50, max_attempts: 2 };
    const [all] = await nightsOf(w.app.storage.reader, scope, new Map(), (id) =>
      id === null ? caps : noCaps,
    );
    expect(all?.left).toEqual({ usd: 2, tokens: 0, turns: null, attempts: 0, wall_ms: null });
  });

  it("tell what happened to the accounts, and list a stopped one among what needs you [req:report.accounts]", async () => {
    const clock = manualClock(evening - 20 * HOUR);
    await using w = await world({ clock, database, start: false });
    const until = new Date(evening + HOUR).toISOString();
    const park = (account: string) =>
      w.app.log.write((tx) =>
        tx.append({
          type: "account.parked",
          actor: "harness",
          data: { account, message: "Limit reached.", until, wake: until },
        }),
      );
    await park("old");
    clock.advance(19 * HOUR);
    await park("codex");
    await w.app.log.write((tx) =>
      tx.append({
        type: "account.woken",
        actor: "harness",
        data: { account: "codex", tasks: 2, by: "timer" },
      }),
    );
    await park("codex");
    await w.app.log.write(({ db, now }) =>
      db
        .insertInto("agent_accounts")
        .values([
          {
            name: "claude",
            state: "stopped",
            message: "Login expired.",
            fix: "claude /login",
            since: now,
            until: null,
            wake_at: null,
            parks: 0,
          },
          {
            name: "codex",
            state: "parked",
            message: "Limit reached.",
            fix: null,
            since: now,
            until: evening + HOUR,
            wake_at: evening + HOUR,
            parks: 2,
          },
        ])
        .execute(),
    );
    clock.advance(HOUR);
    const report = await w.call("report/create", {});
    expect(report.accounts).toMatchObject([
      { account: "claude", state: "stopped", parked: 0, command: "claude /login" },
      { account: "codex", state: "parked", parked: 2, woken: 1, until, command: null },
    ]);
    expect(report.counts.needs_you).toBe(1);
    expect(report.needs_you).toMatchObject([
      { task_id: null, account: "claude", reason: "Login expired.", age_ms: HOUR, command: "claude /login" },
    ]);
  });
});
