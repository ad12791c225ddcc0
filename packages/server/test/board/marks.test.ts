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
  });
}
