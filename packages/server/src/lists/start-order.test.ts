import { describe, expect, it } from "vitest";
import { type StartPlan, startOrder } from "./start-order.ts";

function plan(item: number, more: Partial<StartPlan> = {}): StartPlan {
  return {
    item,
    project: "a",
    projectLimit: 10,
    priority: 0,
    after: [],
    waitsFor: [],
    failed: undefined,
    ...more,
  };
}

/** Item, wave and text of each start. */
function order(plans: readonly StartPlan[], limit = 10) {
  return startOrder(plans, limit).map(({ item, wave, text }) => `${item} ${wave} ${text}`);
}

describe("the order of starts", () => {
  it("is that of the list among equals, with urgent ones first [req:list.order]", () => {
    expect(order([plan(1), plan(2, { priority: 2 }), plan(3, { priority: 1 }), plan(4)])).toEqual([
      "2 1 now",
      "3 1 now",
      "1 1 now",
      "4 1 now",
    ]);
  });

  it("waits for what comes before, over projects [req:list.order]", () => {
    const plans = [plan(1, { after: [3] }), plan(2, { after: [1], project: "b" }), plan(3, { project: "b" })];
    expect(order(plans)).toEqual(["3 1 now", "1 2 after #3", "2 3 after #1"]);
  });

  it("holds the limits of project and server [req:list.order]", () => {
    const plans = [1, 2, 3].map((item) => plan(item, { projectLimit: 1 }));
    expect(order(plans)).toEqual([
      "1 1 now",
      "2 2 when a place is free in a",
      "3 3 when a place is free in a",
    ]);
    expect(order([plan(1), plan(2), plan(3)], 2)).toEqual(["1 1 now", "2 1 now", "3 2 when a place is free"]);
    const late = [plan(1), plan(2, { after: [1] }), plan(3, { after: [1] })];
    expect(order(late, 1)).toEqual(["1 1 now", "2 2 after #1", "3 3 after #1, when a place is free"]);
  });

  it("takes the project with the fewest running, then the one served longest ago [req:list.order]", () => {
    const plans = [plan(1), plan(2), plan(3, { project: "b" }), plan(4, { project: "b" })];
    expect(startOrder(plans, 1).map(({ item }) => item)).toEqual([1, 3, 2, 4]);
    expect(startOrder(plans, 2).map(({ item }) => item)).toEqual([1, 3, 2, 4]);
  });

  it("says what does not start by itself [req:list.order]", () => {
    const plans = [
      plan(1, { project: "off", projectLimit: 0 }),
      plan(2, { after: [1] }),
      plan(3, { waitsFor: ["task_x"], failed: "task_x" }),
      plan(4, { waitsFor: ["task_y"] }),
    ];
    expect(order(plans)).toEqual([
      "4 2 after task_y",
      "1 null when off is active",
      "2 null after #1",
      "3 null when task_x is retried",
    ]);
  });
});
