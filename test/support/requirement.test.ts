import { describe, expect, it } from "vitest";
import { checkRequirements, type Requirement } from "./requirement.ts";

const done: Requirement = { id: "a.b", source: "s", promise: "p", state: "done" };
const outcome = (name: string, state: "passed" | "failed" | "skipped", note?: string) => ({
  name,
  file: "f.test.ts",
  state,
  note,
});

describe("the requirement check", () => {
  it("accepts a done promise that a passing test cites [req:frame.requirements]", () => {
    const report = checkRequirements([done], [outcome("x [req:a.b]", "passed")], []);
    expect(report).toEqual({ problems: [], excused: [], done: 1, planned: 0, cited: 1 });
  });

  it("refuses a done promise nobody cites [req:frame.requirements]", () => {
    expect(checkRequirements([done], [], []).problems).toEqual(["a.b: done, but no passing test cites it."]);
  });

  it("does not take a skipped test for a proof, and says why it was skipped [req:frame.requirements]", () => {
    const silent = checkRequirements([done], [outcome("[req:a.b]", "skipped")], []);
    expect(silent.problems).toHaveLength(1);
    const loud = checkRequirements([done], [outcome("[req:a.b]", "skipped", "no bubblewrap")], []);
    expect(loud).toMatchObject({
      problems: [],
      excused: ["a.b: its tests were skipped: no bubblewrap"],
      cited: 0,
    });
  });

  it("refuses unknown and double ids, and planned promises that hold already [req:frame.requirements]", () => {
    const planned: Requirement = { ...done, id: "later", state: "planned" };
    const report = checkRequirements(
      [done, done, planned],
      [outcome("[req:a.b] [req:nobody]", "passed"), outcome("[req:later]", "passed")],
      [],
    );
    expect(report.problems).toEqual([
      "a.b: listed twice.",
      "nobody: cited in f.test.ts but in no list.",
      "later: planned, but a test that cites it passes. Mark it done.",
    ]);
  });

  it("takes a bench row for the proof of a speed promise [req:frame.requirements]", () => {
    const speed: Requirement = { ...done, id: "bench.start", by: "bench" };
    expect(checkRequirements([speed], [], ["bench.start"]).problems).toEqual([]);
    expect(checkRequirements([speed], [], []).problems).toEqual([
      "bench.start: done, but no bench row has this id.",
    ]);
  });
});
