import type { Task } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { columnsOf, filtered, nextCard } from "./columns.ts";

let n = 0;
const task = (part: Partial<Task>): Task => {
  n += 1;
  return {
    id: `task_${String(n).padStart(3, "0")}`,
    project_id: "prj_1",
    project: "shop",
    title: "Mend the sum",
    status: "queued",
    block_reason: null,
    priority: 0,
    agent: "claude",
    model: null,
    labels: [],
    branch: null,
    landed: null,
    discarded_at: null,
    finished_at: null,
    updated_at: "2026-01-01T00:00:00.000Z",
    ...part,
  } as Task;
};
const waits = (needs: string, since: string) =>
  task({
    status: "waiting",
    block_reason: { code: "auth", message: "", needs, since, unblock: [], until: null },
  });
const shape = (columns: ReturnType<typeof columnsOf>) =>
  Object.fromEntries(columns.map(({ id, tasks }) => [id, tasks.map((one) => one.id)]));

describe("the columns of the board", () => {
  const ready = task({ status: "done", branch: "harness/a", finished_at: "2026-01-02T00:00:00.000Z" });
  const newer = task({ status: "done", branch: "harness/b", finished_at: "2026-01-03T00:00:00.000Z" });
  const late = waits("person", "2026-01-02T00:00:00.000Z");
  const early = waits("person", "2026-01-01T00:00:00.000Z");
  const timer = waits("timer", "2026-01-01T00:00:00.000Z");
  const failed = task({ status: "failed" });
  const queued = task({});
  const urgent = task({ priority: 2 });
  const reviewing = task({ status: "reviewing" });
  const landed = task({
    status: "done",
    branch: "harness/c",
    landed: { branch: "main", commit: "0".repeat(40), how: "merge", at: "2026-01-01T00:00:00.000Z" },
  });
  const asks = task({ status: "implementing" });
  const asking = new Set([asks.id, failed.id]);
  const all = [ready, newer, late, early, timer, failed, queued, urgent, reviewing, landed, asks];

  it("group tasks by who must act, what waits longest or is most urgent first", () => {
    expect(shape(columnsOf(all, "standing", asking))).toEqual({
      merge: [newer.id, ready.id],
      respond: [early.id, late.id, asks.id],
      review: [failed.id],
      pending: [urgent.id, timer.id, queued.id],
      working: [reviewing.id],
      done: [landed.id],
    });
  });

  it("group tasks by how far their work is", () => {
    const { todo, progress, review, waiting, done } = shape(columnsOf(all, "state", asking));
    expect([todo, progress, review]).toEqual([[urgent.id, queued.id], [asks.id], [reviewing.id]]);
    expect(new Set(waiting)).toEqual(new Set([early.id, timer.id, late.id]));
    expect(done).toHaveLength(4);
  });

  it("keep a card in reach of keys: along a column, and over empty ones to the next", () => {
    const columns = columnsOf([ready, newer, failed], "standing", new Set());
    expect(nextCard(columns, null, "down")).toBe(newer.id);
    expect(nextCard(columns, newer.id, "down")).toBe(ready.id);
    expect(nextCard(columns, ready.id, "down")).toBe(ready.id);
    expect(nextCard(columns, ready.id, "right")).toBe(failed.id);
    expect(nextCard(columns, failed.id, "left")).toBe(newer.id);
    expect(nextCard(columns, "task_gone", "up")).toBe(newer.id);
    expect(nextCard([], null, "up")).toBeNull();
  });
});

describe("the filter of the board", () => {
  const sum = task({ title: "Mend the Sum", labels: ["money"] });
  const other = task({ title: "Write docs", project: "site", project_id: "prj_2" });

  it("shows what has every word, wherever it stands", () => {
    expect(filtered([sum, other], undefined, " MONEY sum ")).toEqual([sum]);
    expect(filtered([sum, other], undefined, "sum docs")).toEqual([]);
  });

  it("shows one project by its id or name", () => {
    expect(filtered([sum, other], "site", "")).toEqual([other]);
    expect(filtered([sum, other], "prj_1", "")).toEqual([sum]);
  });
});
