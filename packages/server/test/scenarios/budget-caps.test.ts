import type { Caps } from "@harness/protocol";
import { expect, it } from "vitest";
import { type Spends, spends } from "../support/spending-agent.ts";
import { type BudgetWorld, budgetWorld, NEXT_NIGHT } from "./budget-world.ts";

/** A check that is never green, so that a second turn is wanted. */
const red = { validation: [{ name: "never", argv: [process.execPath, "-e", "process.exit(1)"] }] };

interface Case {
  readonly cap: keyof Caps;
  readonly limit: number;
  readonly does: Spends;
  /** What is said to have been used up. */
  readonly says: RegExp;
  readonly project?: typeof red;
  /** What happens besides the agent's doing. */
  readonly meanwhile?: (w: BudgetWorld, taskId: string) => Promise<void>;
}

const cases: readonly Case[] = [
  { cap: "max_budget_usd", limit: 0.02, does: { cost: 0.03 }, says: /\$0\.0300 of \$0\.02/ },
  { cap: "max_tokens", limit: 900, does: { ends: "stay" }, says: /1000 of 900 tokens/ },
  {
    cap: "max_wall_secs",
    limit: 60,
    does: { ends: "stay" },
    says: /60 of 60 seconds/,
    meanwhile: async (w, task_id) => {
      await w.event((event) => event.task_id === task_id && event.type === "usage.updated");
      w.clock.advance(59_999);
      expect((await w.call("task/get", { task_id })).status).toBe("implementing");
      w.clock.advance(1);
    },
  },
  { cap: "max_turns", limit: 1, does: {}, says: /1 agent turns/, project: red },
  { cap: "max_attempts", limit: 1, does: { ends: "fail" }, says: /1 attempts/ },
];
const table = cases.flatMap((one) =>
  (["task", "project", "night"] as const).map((scope) => ({ ...one, scope })),
);

it.each(table)("holds $cap of the $scope [req:budget.caps, budget.kept]", async (one) => {
  const { cap, limit, scope, does, says } = one;
  await using w = await budgetWorld({
    ...(one.project ? { project: one.project } : {}),
    ...(scope === "night" ? { night: { [cap]: limit } } : {}),
  });
  if (scope === "project") await w.call("project/update", { project: "app", night_limits: { [cap]: limit } });
  const id = await w.submit({ prompt: spends(does), ...(scope === "task" ? { [cap]: limit } : {}) });
  await one.meanwhile?.(w, id);
  const task = await w.settled(id);
  // Nothing more of it was begun, and what was done is on a ref.
  expect(task.turns).toHaveLength(1);
  expect(task.head_sha).not.toBeNull();
  const told = (await w.app.log.read({ afterSeq: 0, filter: { types: ["budget.reached"] } })).map(
    ({ data }) => data,
  );
  if (scope === "task") {
    // The last attempt fails as it failed.
    if (cap !== "max_attempts") {
      expect(task).toMatchObject({ status: "budget_exhausted", error: { code: "budget_exhausted" } });
      expect(task.error?.message).toMatch(says);
    } else expect(task).toMatchObject({ status: "failed", error: { code: "agent_transient" } });
    expect(told).toEqual([]);
    return;
  }
  const who = scope === "night" ? "The night" : "Project app";
  expect(task, JSON.stringify(task.error)).toMatchObject({
    status: "waiting",
    not_before: NEXT_NIGHT,
    block_reason: { code: "budget", until: NEXT_NIGHT, message: expect.stringMatching(says) },
    // The stop used up none of the task's own attempts.
    spent: { attempts: cap === "max_attempts" ? 1 : 0 },
  });
  expect(task.block_reason?.message).toContain(who);
  const raise =
    scope === "night" ? "harness budget" : `harness project set app --night-${cap.replaceAll("_", "-")}`;
  expect(task.block_reason?.unblock[0]).toContain(raise);
  expect(told).toMatchObject([
    { scope, why: expect.stringMatching(says), until: NEXT_NIGHT, mode: "enforce" },
  ]);
  // What comes later waits from the begin, with the same reason.
  const later = await w.run({ prompt: spends({}) });
  expect(later).toMatchObject({ status: "waiting", attempts: 0, block_reason: { code: "budget" } });
});
