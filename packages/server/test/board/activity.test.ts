import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addItem, openThread, startTurn } from "../../src/threads/index.ts";
import { type World, world } from "../scenarios/world.ts";

for (const database of ["sqlite", "postgres"] as const) {
  describe(`what tasks do now, on ${database}`, () => {
    let w: World;
    beforeAll(async () => {
      w = await world({ database });
      await w.call("project/update", { project: "app", active: false });
    });
    afterAll(() => w[Symbol.asyncDispose]());

    /** A task whose row says that it runs, with a turn that runs. */
    async function running(max_turns?: number) {
      const task_id = await w.submit({ project: "app", ...(max_turns === undefined ? {} : { max_turns }) });
      const turn_id = w.app.newId("turn");
      const thread_id = await w.app.log.write(async (tx) => {
        await tx.db
          .updateTable("tasks")
          .set({ status: "implementing", stage: "implement", attempts: 1, turns: 2, progress_at: 0 })
          .where("id", "=", task_id)
          .execute();
        const { project_id } = await tx.db
          .selectFrom("tasks")
          .select("project_id")
          .where("id", "=", task_id)
          .executeTakeFirstOrThrow();
        const about = { project_id, task_id, agent: "writer", model: null, title: "t", fresh: true };
        const thread = await openThread(tx, { ...about, role: "implementer" }, w.app.newId);
        await startTurn(tx, {
          id: turn_id,
          thread_id: thread.id,
          task_id,
          attempt_id: w.app.newId("attempt"),
          role: "implementer",
          round: 1,
          agent: "writer",
          model: null,
        });
        return thread.id;
      });
      return { task_id, thread_id, turn_id };
    }

    async function happens(
      of: Awaited<ReturnType<typeof running>>,
      phase: "started" | "completed",
      item: { kind: "command" | "message"; command?: string; text?: string; exit_code?: number },
    ) {
      return w.app.log.write(async (tx) => {
        const whole = { id: "one", ...item };
        const type = `item.${phase}` as const;
        const seq = await tx.append({ ...of, type, actor: "writer", data: { item: whole } });
        if (phase === "completed") await addItem(tx, { ...of, seq, item: whole });
        return seq;
      });
    }

    const of = async (task_id: string) =>
      (await w.call("task/activity", {})).data.find((one) => one.task_id === task_id);

    it("is the newest item, begun or finished, with the cap on turns [req:web-api.activity]", async () => {
      const one = await running(7);
      expect(await of(one.task_id)).toMatchObject({
        status: "implementing",
        stage: "implement",
        attempt: 1,
        turn: { id: one.turn_id, thread_id: one.thread_id, agent: "writer", status: "running" },
        turns: 2,
        max_turns: 7,
        item: null,
        progress_at: "1970-01-01T00:00:00.000Z",
      });
      const text = `${"x".repeat(199)}😀`;
      const said = await happens(one, "completed", { kind: "message", text });
      expect((await of(one.task_id))?.item).toMatchObject({
        seq: said,
        state: "finished",
        kind: "message",
        text: `${"x".repeat(199)}\ufffd`,
      });
      const begun = await happens(one, "started", { kind: "command", command: "npm test" });
      expect((await of(one.task_id))?.item).toMatchObject({
        seq: begun,
        state: "started",
        command: "npm test",
        exit_code: null,
      });
      const over = await happens(one, "completed", { kind: "command", command: "npm test", exit_code: 1 });
      expect((await of(one.task_id))?.item).toMatchObject({ seq: over, state: "finished", exit_code: 1 });
      expect((await w.call("task/activity", {})).last_seq).toBe(over);
    });

    it("is told of what runs or waits only, by project and page by page [req:web-api.activity]", async () => {
      const queued = await w.submit({ project: "app" });
      const waiting = await w.submit({ project: "app", depends_on: [queued] });
      const [first, second] = [await running(), await running()];
      const shown = await w.call("task/activity", { project_id: ["app"] });
      const ids = shown.data.map((one) => one.task_id);
      expect(ids.slice(0, 3)).toEqual([second.task_id, first.task_id, waiting]);
      expect(ids).not.toContain(queued);
      expect(shown.data[2]).toMatchObject({ status: "waiting", turn: null, item: null, attempt: 0 });
      const page = await w.call("task/activity", { limit: 1 });
      expect(page.page.has_more).toBe(true);
      const next = await w.call("task/activity", { limit: 1, cursor: page.page.next_cursor! });
      expect([...page.data, ...next.data].map((one) => one.task_id)).toEqual(ids.slice(0, 2));
      await expect(w.call("task/activity", { project_id: ["nowhere"] })).rejects.toMatchObject({
        code: "project_not_found",
      });
      await expect(w.call("task/activity", { cursor: "bm8" })).rejects.toMatchObject({
        code: "invalid_cursor",
      });
    });
  });
}
