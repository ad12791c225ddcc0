import { HarnessError } from "@harness/protocol";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Frame } from "../../src/events/index.ts";
import { openStorage } from "../../src/storage/index.ts";
import {
  type Claim,
  claimNext,
  endAttempt,
  getTask,
  listTasks,
  maintainedCounts,
  transition,
} from "../../src/tasks/index.ts";
import { type DialectName, type Fixture, openFixture } from "./dialects.ts";
import { addProject, addTask } from "./task-rows.ts";

const note = (fixture: Fixture, reason: string) =>
  fixture.log.write((tx) => tx.append({ type: "server.stopped", actor: "test", data: { reason } }));

for (const dialect of ["sqlite", "postgres"] satisfies DialectName[]) {
  describe(`storage on ${dialect}`, () => {
    let fixture: Fixture;
    beforeEach(async () => {
      fixture = await openFixture(dialect);
    });
    afterEach(() => fixture[Symbol.asyncDispose]());

    it(`numbers events without a gap, also past jobs that fail [req:storage.seq.${dialect}]`, async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 300 }, (_, index) =>
          fixture.log.write(async (tx) => {
            const seq = await tx.append({
              type: "server.stopped",
              actor: "test",
              data: { reason: String(index) },
            });
            if (index % 7 === 3) throw new HarnessError("forbidden", `job ${index}`);
            return seq;
          }),
        ),
      );
      const failed = results.filter((result) => result.status === "rejected");
      expect(
        failed.every((result) => result.reason instanceof HarnessError && result.reason.code === "forbidden"),
      ).toBe(true);
      const events = await fixture.log.read({ afterSeq: 0 });
      expect(events.map((event) => event.seq)).toEqual(
        Array.from({ length: 300 - failed.length }, (_, index) => index + 1),
      );
      expect(fixture.log.headSeq).toBe(events.length);
      const stored = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      expect(stored).toEqual(events.map((event) => event.seq));
    });

    it(`keeps a failing job's rows out and its neighbours' in [req:storage.savepoint.${dialect}]`, async () => {
      const set = (name: string, fails: boolean) =>
        fixture.log.write(async ({ db }) => {
          await db.insertInto("counters").values({ name, value: 1 }).execute();
          if (fails) await db.insertInto("counters").values({ name, value: 2 }).execute();
        });
      const results = await Promise.allSettled([set("a", false), set("b", true), set("c", false)]);
      expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
      const names = await fixture.storage.reader
        .selectFrom("counters")
        .select("name")
        .orderBy("name")
        .execute();
      expect(names.map((row) => row.name)).toEqual(["a", "c", "seq"]);
    });

    it(`feeds every reader each event exactly once, in order, and proves it [req:storage.feed.${dialect}]`, async () => {
      const [a, b] = [await addProject(fixture, "a", 1), await addProject(fixture, "b", 1)];
      const follow = async (filter: { project_id?: string }, until: number): Promise<Frame[]> => {
        const opened = fixture.feeds.open(filter, 0);
        if (opened.status !== "ok") throw new Error(opened.status);
        const frames: Frame[] = [];
        while (frames.length < until) {
          frames.push(...(await opened.cursor.take()));
          if (frames.length < until) await opened.cursor.wait(AbortSignal.timeout(20_000));
        }
        return frames;
      };
      // Two projects, ten rounds of two tasks (two events each) and a note: 52 events; each project has 21 of its own.
      const followers = Promise.all([
        follow({}, 52),
        follow({ project_id: a.id }, 21),
        follow({ project_id: b.id }, 21),
      ]);
      for (let index = 0; index < 10; index += 1) {
        await Promise.all([addTask(fixture, a.id), note(fixture, String(index)), addTask(fixture, b.id)]);
      }
      const [all, ofA, ofB] = await followers;
      for (const frames of [all, ofA, ofB]) {
        expect(frames.map((frame) => frame.prev_seq)).toEqual([
          0,
          ...frames.slice(0, -1).map((frame) => frame.seq),
        ]);
      }
      expect(all.map((frame) => frame.seq)).toEqual(all.map((_, index) => index + 1));
      expect(ofA.every((frame) => frame.event.project_id === a.id)).toBe(true);
      expect([all.length, ofA.length, ofB.length]).toEqual([52, 21, 21]);
    });

    it(`asks a client with a cursor it cannot honour to resync [req:storage.resync.${dialect}]`, async () => {
      for (let index = 0; index < 10; index += 1) await note(fixture, String(index));
      expect(fixture.feeds.open({}, 11)).toMatchObject({ status: "resync_required", head_seq: 10 });
      fixture.clock.at += 1000;
      await note(fixture, "kept");
      expect(await fixture.log.prune(fixture.clock.at)).toBe(10);
      fixture.feeds.setOldest(await fixture.log.oldestSeq());
      expect(fixture.feeds.open({}, 3)).toEqual({ status: "resync_required", oldest_seq: 11, head_seq: 11 });
      expect(fixture.feeds.open({}, 0).status).toBe("resync_required");
      expect(fixture.feeds.open({}, 10).status).toBe("ok");
      const opened = fixture.feeds.open({}, "oldest");
      if (opened.status !== "ok") throw new Error(opened.status);
      expect((await opened.cursor.take()).map((frame) => frame.seq)).toEqual([11]);
    });

    it(`never claims past a limit, however many claim at once [req:dispatch.limits.${dialect}]`, async () => {
      const projects = [await addProject(fixture, "a", 2), await addProject(fixture, "b", 3)];
      for (const project of projects)
        for (let index = 0; index < 6; index += 1) await addTask(fixture, project.id);
      const options = { limit: 4, ageingMs: 900_000, owner: "test", newId: fixture.newId };
      const claims = await Promise.all(
        Array.from({ length: 12 }, () => fixture.log.write((tx) => claimNext(tx, options))),
      );
      const got = claims.filter((claim): claim is Claim => claim !== undefined);
      expect(got).toHaveLength(4);
      expect(new Set(got.map((claim) => claim.task.id)).size).toBe(4);
      const perProject = Map.groupBy(got, (claim) => claim.task.project_id);
      expect(perProject.get(projects[0]!.id)).toHaveLength(2);
      await fixture.log.write(async (tx) => {
        const task = await getTask(tx.db, got[0]!.task.id);
        await transition(tx, task, { type: "finish", status: "failed", reason: "x" }, "test");
        await endAttempt(tx, task, got[0]!.attempt.id, "failed", "x");
      });
      expect(await fixture.log.write((tx) => claimNext(tx, options))).toBeDefined();
      expect(await fixture.log.write((tx) => claimNext(tx, options))).toBeUndefined();
    });

    it(`claims by aged priority, then fairly, then first in first out [req:dispatch.order.${dialect}]`, async () => {
      const [a, b] = [await addProject(fixture, "a", 9), await addProject(fixture, "b", 9)];
      const options = { limit: 99, ageingMs: 1000, owner: "test", newId: fixture.newId };
      const old = await addTask(fixture, a.id);
      fixture.clock.at += 10;
      const second = await addTask(fixture, a.id);
      const other = await addTask(fixture, b.id);
      const urgent = await addTask(fixture, b.id, { priority: 1 });
      const claim = async () => (await fixture.log.write((tx) => claimNext(tx, options)))?.task.id;
      // Urgent first; then project a, which has nothing running; then by time.
      expect([await claim(), await claim()]).toEqual([urgent, old]);
      expect(new Set([await claim(), await claim()])).toEqual(new Set([second, other]));
      const waited = await addTask(fixture, a.id);
      fixture.clock.at += 2500;
      await addTask(fixture, a.id, { priority: 1 });
      expect(await claim()).toBe(waited);
    });

    it(`pages by key: nothing twice and nothing missing while rows arrive [req:storage.paging.${dialect}]`, async () => {
      const project = await addProject(fixture, "a", 1);
      const ids = [];
      for (let index = 0; index < 23; index += 1) ids.push(await addTask(fixture, project.id));
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const { rows, page } = await listTasks(
          fixture.storage.reader,
          { project_ids: [project.id] },
          { limit: 5, cursor },
        );
        seen.push(...rows.map((row) => row.id));
        await addTask(fixture, project.id);
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toEqual(ids.reverse());
      await expect(
        listTasks(fixture.storage.reader, {}, { limit: 5, cursor: "bm90LWFuLWlk" }),
      ).rejects.toMatchObject({ code: "invalid_cursor" });
    });

    it(`maintains counts that equal a recount [req:storage.counters.${dialect}]`, async () => {
      const project = await addProject(fixture, "a", 9);
      for (let index = 0; index < 5; index += 1) await addTask(fixture, project.id);
      const options = { limit: 2, ageingMs: 1000, owner: "test", newId: fixture.newId };
      await fixture.log.write((tx) => claimNext(tx, options));
      const claimed = await fixture.log.write((tx) => claimNext(tx, options));
      await fixture.log.write(async (tx) =>
        transition(tx, await getTask(tx.db, claimed!.task.id), { type: "cancel", reason: "x" }, "test"),
      );
      const counts = await maintainedCounts(fixture.storage.reader);
      expect(counts.by_status).toEqual({ queued: 3, implementing: 1, cancelled: 1 });
      expect(counts).toMatchObject({ total: 5, running: 1, failed: 0 });
    });

    it(`refuses a database of a newer version [req:storage.newer.${dialect}]`, async () => {
      await sql`insert into kysely_migration (name, timestamp) values ('9999_future', '2030-01-01')`.execute(
        fixture.storage.db,
      );
      await expect(openStorage(fixture.options)).rejects.toMatchObject({ code: "storage_newer" });
    });
  });
}

describe("a full disk", () => {
  it("rejects the whole group as storage_full, loses nothing acknowledged, and goes on when there is room [req:storage.full]", async () => {
    await using fixture = await openFixture("sqlite");
    await note(fixture, "before");
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(fixture.storage.db);
    await sql.raw(`pragma max_page_count = ${rows[0]!.page_count + 2}`).execute(fixture.storage.db);
    const big = "x".repeat(60_000);
    const results = await Promise.allSettled([
      note(fixture, "small"),
      note(fixture, big),
      note(fixture, "small too"),
    ]);
    expect(
      results.map((result) =>
        result.status === "rejected" ? (result.reason as HarnessError).code : "stored",
      ),
    ).toEqual(["storage_full", "storage_full", "storage_full"]);
    expect(fixture.log.headSeq).toBe(1);
    await sql.raw("pragma max_page_count = 1000000").execute(fixture.storage.db);
    expect(await note(fixture, "after")).toBe(2);
    expect((await fixture.log.read({ afterSeq: 0 })).map((event) => event.data)).toEqual([
      { reason: "before" },
      { reason: "after" },
    ]);
  });
});

describe("lists", () => {
  it("never scan the task table [req:storage.indexes]", async () => {
    await using fixture = await openFixture("sqlite");
    const queries = [
      "select * from tasks where id < 'x' order by id desc limit 51",
      "select * from tasks where status in ('queued') order by id desc limit 51",
      "select * from tasks where project_id in ('p') order by id desc limit 51",
      "select * from tasks where source = 's' order by id desc limit 51",
      "select id from tasks where status = 'waiting' and not_before <= 1 limit 100",
      "select * from events where task_id = 't' and seq > 5 order by seq limit 50",
      "select * from events where type in ('x') and seq > 5 order by seq limit 50",
      "select * from evidence where task_id = 't' order by id",
      "select * from attempts where status = 'running'",
    ];
    for (const query of queries) {
      const { rows } = await sql<{ detail: string }>`${sql.raw(`explain query plan ${query}`)}`.execute(
        fixture.storage.db,
      );
      expect(
        rows
          .map((row) => row.detail)
          .filter((detail) => /^SCAN (tasks|events|evidence|attempts)(?! USING INDEX)/.test(detail)),
        query,
      ).toEqual([]);
    }
  });
});
