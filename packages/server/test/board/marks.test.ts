import { HarnessError } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimNext } from "../../src/tasks/index.ts";
import { type World, world } from "../scenarios/world.ts";

for (const database of ["sqlite", "postgres"] as const) {
  describe(`what a person marks a task with, on ${database}`, () => {
    let w: World;
    const submit = (params = {}) => w.submit({ project: "app", ...params });
    beforeAll(async () => {
      w = await world({ database });
      await w.call("project/update", { project: "app", active: false });
    });
    afterAll(() => w[Symbol.asyncDispose]());

    it("a priority that the next claim counts with, told once [req:web-api.prioritize]", async () => {
      const [first, second] = [await submit(), await submit()];
      const answer = { task_id: second, status: "queued", priority: 2 };
      expect(await w.call("task/prioritize", { task_id: second, priority: 2 })).toEqual(answer);
      expect(await w.call("task/prioritize", { task_id: second, priority: 2 })).toEqual(answer);
      expect(await w.events(second, "task.prioritized")).toMatchObject([
        { actor: "operator", data: { from: 0, to: 2 } },
      ]);
      expect(await w.call("task/get", { task_id: second })).toMatchObject({ priority: 2 });
      const options = { limit: 9, ageingMs: 900_000, owner: "test", newId: w.app.newId };
      const claimed = w.app.log.write(async (tx) => {
        await tx.db.updateTable("projects").set({ active: 1 }).execute();
        const next = await claimNext(tx, options);
        throw new HarnessError("forbidden", `only asked: ${next?.task.id}`);
      });
      await expect(claimed).rejects.toMatchObject({ message: `only asked: ${second}` });
      await w.call("task/cancel", { task_id: first });
      await expect(w.call("task/prioritize", { task_id: first, priority: 1 })).rejects.toMatchObject({
        code: "illegal_transition",
        message: expect.stringContaining("it is cancelled"),
      });
      await expect(
        w.call("task/prioritize", { task_id: `task_${"0".repeat(26)}`, priority: 1 }),
      ).rejects.toMatchObject({ code: "task_not_found" });
      await expect(w.call("task/prioritize", { task_id: second, priority: 3 })).rejects.toMatchObject({
        code: "invalid_params",
        details: { field: "priority" },
      });
    });

    it("what they thought of it, which they take back or say anew [req:web-api.rating]", async () => {
      const task_id = await submit();
      const by = "operator";
      const said = await w.call("task/rate", { task_id, rating: "down", comment: "Too much" });
      expect(said).toEqual({
        task_id,
        rating: { value: "down", comment: "Too much", by, at: expect.any(String) },
      });
      expect((await w.call("task/get", { task_id })).rating).toEqual(said.rating);
      expect((await w.call("task/list", { rating: "down" })).data).toMatchObject([
        { id: task_id, rating: said.rating },
      ]);
      await w.call("task/rate", { task_id, rating: "up" });
      expect((await w.call("task/get", { task_id })).rating).toMatchObject({ value: "up", comment: null });
      expect((await w.call("task/list", { rating: "down" })).data).toEqual([]);
      for (let twice = 0; twice < 2; twice += 1)
        expect(await w.call("task/rate", { task_id, rating: null })).toEqual({ task_id, rating: null });
      expect((await w.call("task/list", { rating: "up" })).data).toEqual([]);
      expect((await w.call("task/list", { rating: "none", limit: 1 })).data).toMatchObject([{ id: task_id }]);
      expect((await w.events(task_id, "task.rated")).map(({ data }) => data)).toMatchObject([
        { rating: { value: "down", comment: "Too much", by } },
        { rating: { value: "up" } },
        { rating: null },
      ]);
      await expect(w.call("task/rate", { task_id, rating: null, comment: "x" })).rejects.toMatchObject({
        code: "invalid_params",
        details: { field: "comment" },
      });
      await expect(
        w.call("task/rate", { task_id: `task_${"0".repeat(26)}`, rating: "up" }),
      ).rejects.toMatchObject({ code: "task_not_found" });
    });
  });
}
