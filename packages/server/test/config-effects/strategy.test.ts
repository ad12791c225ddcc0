import { expect, it } from "vitest";
import { world, writesSum } from "../scenarios/world.ts";

it("agents.execution_strategy: holds for tasks that name none", async () => {
  const config = `[agents.review]\nenabled = false\n[agents]\nexecution_strategy = "deterministic"`;
  await using w = await world({ agents: { writer: writesSum }, config });
  expect((await w.run()).turns.map(({ agent }) => agent)).toEqual(["deterministic"]);
  const task = await w.run({ execution_strategy: "auto" });
  expect(task.turns.map(({ agent }) => agent)).toEqual(["writer"]);
});
