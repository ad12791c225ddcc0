import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { problemQueries } from "../../src/reports/task-problems.ts";
import { getTask, transition } from "../../src/tasks/index.ts";
import { manualClock } from "../support/manual-clock.ts";
import { type World, world } from "./world.ts";

const evening = "2026-01-01T22:00:00.000Z";
const MINUTE = 60_000;

/** A task that waits for something, as the orchestrator leaves it. */
async function waits(
  w: World,
  title: string,
  reason: { code: "quota" | "budget" | "no_reviewer" | "storage_full"; needs: string; until?: string },
) {
  const id = await w.submit({ prompt: title });
  await w.app.log.write(async (tx) => {
    const task = await getTask(tx.db, id);
    const since = new Date(tx.now).toISOString();
    const unblock = [`harness task unblock ${id}`];
    const whole = { message: `${title}: "needs":"person"`, since, unblock, until: null, ...reason };
    await transition(tx, task, { type: "wait", reason: whole }, "test");
  });
  return id;
}

/** A task with these columns, as if an attempt worked on it. */
async function stands(w: World, title: string, columns: Record<string, string | number | null>) {
  const id = await w.submit({ prompt: title });
  await w.app.log.write(({ db }) => db.updateTable("tasks").set(columns).where("id", "=", id).execute());
  return id;
}

const progress = (values: object) =>
  JSON.stringify({ tree: null, tests: null, idle_turns: 0, failure: null, failures: 0, ...values });

describe.each(["sqlite", "postgres"] as const)("the list of problems on %s", (database) => {
  it("shows every kind with age, reason and command, what needs a person first, in pages [req:problems.list]", async () => {
    const clock = manualClock(evening);
    await using w = await world({ clock, database, start: false, project: { validation: "none" } });
    const now = clock.now();
    const working = { status: "implementing", current_attempt_id: "att_1", started_at: now };
    const ids = {
      parked: await waits(w, "parked", { code: "quota", needs: "quota", until: "2026-01-02T03:00:00.000Z" }),
      over: await waits(w, "over", { code: "budget", needs: "night" }),
      you: await waits(w, "you", { code: "no_reviewer", needs: "person" }),
      full: await waits(w, "full", { code: "storage_full", needs: "person" }),
      spent: await stands(w, "spent", {
        status: "budget_exhausted",
        finished_at: now,
        turns: 1,
        settings: JSON.stringify({ ...limits, max_turns: 1 }),
        error: JSON.stringify({ code: "budget_exhausted", message: "It has used its 1 agent turns." }),
      }),
      stalled: await stands(w, "stalled", { ...working, progress_at: now }),
      idle: await stands(w, "idle", {
        ...working,
        progress_at: now + 5 * MINUTE,
        progress: progress({ idle_turns: 2 }),
      }),
      loops: await stands(w, "loops", {
        status: "queued",
        not_before: now,
        progress_at: now,
        progress: progress({ failure: "agent_exit: 3", failures: 2 }),
      }),
      fine: await stands(w, "fine", { ...working, progress_at: now + 5 * MINUTE, progress: progress({}) }),
    };
    await w.submit({ prompt: "dependent", depends_on: [ids.fine] });
    await w.app.log.write(({ db }) =>
      db
        .insertInto("agent_accounts")
        .values(
          [
            { name: "claude", state: "stopped", message: "Login expired.", fix: "claude login", since: now },
            { name: "codex", state: "parked", message: "Limit.", fix: null, since: now, until: now + MINUTE },
            { name: "fine", state: "ok", message: "", fix: null, since: now },
          ].map((row) => ({ until: null, wake_at: null, parks: 1, ...row })),
        )
        .execute(),
    );
    clock.advance(6 * MINUTE);
    const { data, cut } = await w.call("problem/list", {});
    expect(cut).toBe(false);
    expect(data.map(({ kind, task_id, account }) => `${kind} ${task_id ?? account}`)).toEqual([
      "waiting_for_you claude",
      `waiting_for_you ${ids.you}`,
      `storage_full ${ids.full}`,
      `over_budget ${ids.over}`,
      `over_budget ${ids.spent}`,
      `looping ${ids.loops}`,
      `no_progress ${ids.idle}`,
      `stalled ${ids.stalled}`,
      "parked codex",
      `parked ${ids.parked}`,
    ]);
    for (const problem of data) {
      expect(problem.commands.length, problem.id).toBeGreaterThan(0);
      expect(problem.reason, problem.id).not.toBe("");
      expect(problem.age_ms, problem.id).toBe(problem.kind === "no_progress" ? MINUTE : 6 * MINUTE);
    }
    expect(data[0]).toMatchObject({
      reason: "Login expired. claude login",
      commands: ["harness agent resume claude"],
    });
    expect(data[1]).toMatchObject({ project: "app", title: "you", code: "no_reviewer" });
    expect(data[4]?.commands).toEqual([`harness task retry ${ids.spent} --max-turns 2`]);
    expect(data[9]).toMatchObject({
      until: "2026-01-02T03:00:00.000Z",
      expires_at: "2026-01-08T22:00:00.000Z",
    });
    const seen: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await w.call("problem/list", { limit: 3, ...(cursor ? { cursor } : {}) });
      seen.push(...page.data.map(({ id }) => id));
      if (page.page.next_cursor === null) break;
      cursor = page.page.next_cursor;
    }
    expect(seen).toEqual(data.map(({ id }) => id));
    const some = await w.call("problem/list", { kind: ["stalled", "parked"], project: "app" });
    expect(some.data.map(({ title }) => title)).toEqual(["stalled", "parked"]);
    await expect(w.call("problem/list", { cursor: "bm9uc2Vuc2U" })).rejects.toMatchObject({
      code: "invalid_cursor",
    });
    clock.advance(24 * 60 * MINUTE);
    const later = await w.call("problem/list", { kind: ["over_budget"] });
    expect(later.data.map(({ task_id }) => task_id)).toEqual([ids.over]);
  });
});

const limits = {
  max_rounds: null,
  max_turns: null,
  max_attempts: 3,
  turn_timeout_ms: 600_000,
  stall_timeout_ms: 600_000,
  max_budget_usd: null,
  max_tokens: null,
  retry_base_backoff_ms: 0,
  retry_max_backoff_ms: 0,
};

it("every statement of the list goes over an index and never over all tasks [req:problems.cheap]", async () => {
  await using w = await world({ start: false });
  const db = w.app.storage.reader;
  for (const project_id of [null, "prj_1"]) {
    for (const [name, query] of Object.entries(problemQueries(db, { project_id, now: 1 }))) {
      const plan = await query.explain<{ detail: string }>(undefined, sql`query plan`);
      const details = plan.map(({ detail }) => detail);
      expect(details.join("\n"), name).toMatch(
        /tasks_(waiting|status|running|project_status|timer|finished)/,
      );
      // A scan of a partial index reads only the rows in question.
      for (const detail of details)
        if (/^SCAN/.test(detail)) expect(detail, name).toMatch(/tasks_(waiting|running)/);
    }
  }
});

it("a full disk and unapproved settings of a repository are problems until they are over [req:problems.causes]", async () => {
  const clock = manualClock(evening);
  await using w = await world({ clock, start: false });
  const kinds = async () => (await w.call("problem/list", {})).data.map(({ id }) => id.split(":")[0]);
  await w.app.log.write((tx) =>
    tx.append({ type: "storage.full", actor: "harness", data: { reserve_freed: true } }),
  );
  const project = await w.call("project/get", { project: "app" });
  const file = (approved_sha256: string | null) =>
    w.app.log.write(({ db }) =>
      db
        .updateTable("projects")
        .set({ file_sha256: "a".repeat(64), approved_sha256 })
        .where("id", "=", project.id)
        .execute(),
    );
  await file(null);
  expect(await kinds()).toEqual(["waiting_for_you", "storage_full"]);
  await file("a".repeat(64));
  await w.app.log.write((tx) =>
    tx.append({ type: "storage.recovered", actor: "harness", data: { free_bytes: 1 } }),
  );
  expect(await kinds()).toEqual([]);
});
