import { type BlockReason, isHarnessError, type OperationName, taskStatuses } from "@harness/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  claimNext,
  endAttempt,
  getTask,
  maintainedCounts,
  type TaskCommand,
  transition,
} from "../../src/tasks/index.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { type World, world } from "./world.ts";

const codes = ["no_validation", "no_reviewer", "review_limit", "quota", "auth"] as const;

type Step =
  | { readonly do: "create"; readonly project: "app" | "b"; readonly after: boolean }
  | { readonly do: "claim" }
  | { readonly do: "end"; readonly nth: number; readonly as: TaskCommand }
  | { readonly do: "call"; readonly nth: number; readonly name: Call };
type Call = "cancel" | "retry" | "revise" | "unblock" | "accept" | "discard";

const wait = (code: BlockReason["code"]): TaskCommand => ({
  type: "wait",
  reason: {
    code,
    message: code,
    needs: "person",
    since: "2026-01-01T00:00:00.000Z",
    unblock: [],
    until: null,
  },
});

const nth = fc.nat({ max: 7 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant("create" as const),
    project: fc.constantFrom("app" as const, "b" as const),
    after: fc.boolean(),
  }),
  fc.record({ do: fc.constant("claim" as const) }),
  fc.record({
    do: fc.constant("end" as const),
    nth,
    as: fc.oneof(
      fc
        .constantFrom(...(["done", "no_change", "failed", "budget_exhausted"] as const))
        .map((status): TaskCommand => ({ type: "finish", status, reason: "test" })),
      fc.constantFrom(...codes).map(wait),
      fc.constant<TaskCommand>({ type: "requeue", reason: "test" }),
      fc.constant<TaskCommand>({ type: "enter", status: "reviewing" }),
    ),
  }),
  fc.record({
    do: fc.constant("call" as const),
    nth,
    name: fc.constantFrom<Call>("cancel", "retry", "revise", "revise", "unblock", "accept", "discard"),
  }),
);

/** What must be true of the database after every step, whatever came before. */
async function check(w: World): Promise<void> {
  const db = w.app.storage.reader;
  const tasks = await db.selectFrom("tasks").selectAll().execute();
  const recount: Record<string, number> = {};
  for (const task of tasks) recount[task.status] = (recount[task.status] ?? 0) + 1;
  expect((await maintainedCounts(db)).by_status).toEqual(recount);
  for (const row of await db.selectFrom("task_counters").selectAll().execute())
    expect(row.n, `${row.project_id} ${row.status}`).toBe(
      tasks.filter((task) => task.project_id === row.project_id && task.status === row.status).length,
    );
  const revised = await db.selectFrom("task_revisions").select("task_id").execute();
  for (const task of tasks) {
    expect(revised.filter((row) => row.task_id === task.id)).toHaveLength(task.revisions);
    expect(task.status === "waiting", task.id).toBe(task.block_reason !== null);
    const ended = ["done", "no_change", "failed", "cancelled", "budget_exhausted"].includes(task.status);
    expect(task.finished_at !== null, task.id).toBe(ended);
    if (task.discarded_at !== null) expect(ended, task.id).toBe(true);
  }
}

async function apply(w: World, ids: string[], one: Step): Promise<void> {
  const { log, operations } = w.app;
  if (one.do === "create") {
    const last = ids.at(-1);
    ids.push(await w.submit({ project: one.project, ...(one.after && last ? { depends_on: [last] } : {}) }));
    return;
  }
  if (one.do === "claim") {
    await log.write((tx) =>
      claimNext(tx, { limit: 3, ageingMs: 1000, owner: "model", newId: operations.newId }),
    );
    return;
  }
  const id = ids[one.nth % Math.max(1, ids.length)];
  if (id === undefined) return;
  if (one.do === "call") {
    const prompt = one.name === "revise" ? { prompt: "change it" } : {};
    await w.call(`task/${one.name}` as OperationName, { task_id: id, ...prompt });
    return;
  }
  await log.write(async (tx) => {
    const task = await getTask(tx.db, id);
    if (task.current_attempt_id === null) return;
    const next = await transition(tx, task, one.as, "model");
    if (one.as.type !== "enter") await endAttempt(tx, next, task.current_attempt_id, "superseded", "model");
  });
}

describe.each(["sqlite", "postgres"] as const)("any order of commands on %s", (database) => {
  it("stays in the legal graph, and the counters stay true [req:lifecycle.model, lifecycle.counters]", async () => {
    await using w = await world({ start: false, database });
    await w.call("project/create", {
      root: makeRepository(w.path("b"), { a: "1" }),
      id: "b",
      validation: "none",
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
        const ids: string[] = [];
        for (const one of steps) {
          await apply(w, ids, one).catch((error: unknown) => {
            if (!isHarnessError(error, "illegal_transition") && !isHarnessError(error, "task_discarded"))
              throw error;
          });
          await check(w);
        }
      }),
      { numRuns: 25 },
    );
    const edges = new Set<string>();
    const known = new Map<string, string | null>();
    for (let after = 0; ; ) {
      const page = await w.app.log.read({ afterSeq: after, filter: { types: ["task.status_changed"] } });
      for (const event of page) {
        if (event.type !== "task.status_changed") continue;
        expect(event.data.from).toBe(known.get(event.task_id!) ?? null);
        known.set(event.task_id!, event.data.to);
        edges.add(`${event.data.from} ${event.data.to}`);
      }
      if (page.length < 500) break;
      after = page.at(-1)!.seq;
    }
    for (const edge of edges) expect(edge).not.toMatch(/^(done|no_change) (?!queued)/);
    for (const edge of edges) expect(edge).not.toMatch(/^waiting (implementing|reviewing)/);
    expect(taskStatuses).toContain("waiting");
  }, 180_000);

  it("refuses every command in every wrong status, naming it [req:lifecycle.refused]", async () => {
    await using w = await world({ start: false, database });
    const task_id = await w.submit();
    const calls = ["cancel", "retry", "revise", "unblock", "accept"] as const;
    const legal: Record<string, readonly string[]> = {
      queued: ["cancel"],
      implementing: ["cancel"],
      waiting: ["cancel", "unblock", "accept", "revise"],
      done: ["revise"],
      no_change: ["revise"],
      failed: ["retry", "revise"],
      cancelled: ["retry", "revise"],
      budget_exhausted: ["retry", "revise"],
    };
    for (const [status, allowed] of Object.entries(legal)) {
      await w.app.log.write(async (tx) => {
        const reason =
          status === "waiting"
            ? JSON.stringify((wait("no_reviewer") as { reason: BlockReason }).reason)
            : null;
        await tx.db
          .updateTable("tasks")
          .set({ status, block_reason: reason })
          .where("id", "=", task_id)
          .execute();
      });
      for (const name of calls.filter((one) => !allowed.includes(one))) {
        const prompt = name === "revise" ? { prompt: "change it" } : {};
        const refused = await w
          .call(`task/${name}` as OperationName, { task_id, ...prompt })
          .catch((error: unknown) => error);
        expect(refused, `${name} on ${status}`).toMatchObject({ code: "illegal_transition" });
        expect((refused as Error).message).toContain(`Cannot ${name} task ${task_id}: it is ${status}.`);
      }
    }
  });
});
