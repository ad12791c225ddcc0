import { expect, it } from "vitest";
import { stepDifferences, type TurnStep } from "./replay-difference.ts";

const steps = (count: number, word: string): TurnStep[] =>
  Array.from({ length: count }, (_, n) => ({ what: "item completed: message", value: `${word} ${n}` }));

it("finds one difference anywhere in a long turn [req:agent.replay]", () => {
  const long = steps(5_000, "step");
  for (const at of [0, 399, 400, 2_500, 4_999]) {
    const changed = long.map((step, n) => (n === at ? { ...step, value: "another" } : step));
    const difference = { what: "item completed: message", recorded: `step ${at}`, today: "another" };
    expect(stepDifferences(long, changed)).toEqual([difference]);
    const shorter = long.filter((_, n) => n !== at);
    expect(stepDifferences(long, shorter)).toEqual([{ ...difference, today: null }]);
    expect(stepDifferences(shorter, long)).toEqual([{ ...difference, recorded: null, today: `step ${at}` }]);
  }
  expect(stepDifferences(long, long)).toEqual([]);
});

it("tells the first hundred differences of two turns that have nothing in common, however long they are [req:replay.bounded]", () => {
  const differences = stepDifferences(steps(200_000, "then"), steps(200_000, "now"));
  expect(differences).toHaveLength(100);
  expect(differences[99]).toMatchObject({ recorded: "then 99", today: "now 99" });
  expect(stepDifferences(steps(200_000, "then"), [])).toHaveLength(100);
});
