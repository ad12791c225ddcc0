import { describe, expect, it } from "vitest";
import { fingerprint } from "./fingerprint.ts";
import { afterAttempt, afterFailure, afterTurn, type Progress } from "./progress.ts";

const none: Progress = {
  tree: null,
  tests: null,
  idle_turns: 0,
  failure: null,
  failures: 0,
  state: null,
  idle_attempts: 0,
};

describe("progress", () => {
  it("counts turns that change neither the tree nor the test result [req:budget.no-progress]", () => {
    const first = afterTurn(none, { tree: "a", tests: "red" });
    expect(first.idle_turns).toBe(0);
    const second = afterTurn(first, { tree: "a", tests: "red" });
    expect(afterTurn(second, { tree: "a", tests: "red" }).idle_turns).toBe(2);
    expect(afterTurn(second, { tree: "b", tests: "red" }).idle_turns).toBe(0);
    expect(afterTurn(second, { tree: "a", tests: "green" }).idle_turns).toBe(0);
  });

  it("counts the same failure in a row; another one or a success begins anew [req:budget.same-failure]", () => {
    const twice = afterFailure(afterFailure(none, "x"), "x");
    expect(twice).toMatchObject({ failure: "x", failures: 2 });
    expect(afterFailure(twice, "y")).toMatchObject({ failure: "y", failures: 1 });
    expect(afterFailure(twice, null)).toMatchObject({ failure: null, failures: 0 });
  });
});

it("counts attempts in a row that left a task as it was [req:task.dead-letter]", () => {
  const twice = afterAttempt(afterAttempt(none, "a"), "a");
  expect(twice.idle_attempts).toBe(2);
  expect(afterAttempt(twice, "b").idle_attempts).toBe(1);
});

describe("a fingerprint", () => {
  const same = (a: string, b: string) => fingerprint(a) === fingerprint(b);

  it("is the same for a failure that happens again at another time and place [req:budget.same-failure]", () => {
    const at = (id: string, dir: string, ms: number, time: string) =>
      `\u001b[31mError\u001b[0m: timeout of ${ms} ms at ${dir}/sum.js:12:7 (request ${id}) ${time}`;
    expect(
      same(
        at(
          "3f2b8c1e-1111-4222-8333-444455556666",
          "/data/workspaces/att_1/tree",
          5000,
          "2026-01-01T22:00:00Z",
        ),
        at(
          "aaaabbbb-cccc-4ddd-8eee-ffff00001111",
          "/data/workspaces/att_2/tree",
          5003,
          "2026-01-02T01:30:10Z",
        ),
      ),
    ).toBe(true);
    expect(same("commit 0a1b2c3d4e failed", "commit 99887766aa failed")).toBe(true);
    expect(same("task_01J5ZQ8E3Y6B7C8D9F0G1H2J3K broke", "task_01J5ZQ8E3Y6B7C8D9F0G1H2J3M broke")).toBe(true);
  });

  it("differs for another failure [req:budget.same-failure]", () => {
    expect(same("TypeError: sum is not a function", "RangeError: sum is not a function")).toBe(false);
    expect(same("deadbeef", "facade defaced")).toBe(false);
  });
});
