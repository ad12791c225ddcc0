import { describe, expect, it } from "vitest";
import { gradeOf } from "./grade.ts";

const best = {
  evidence: "passed",
  review: "approved",
  independent: true,
  failed_validations: 0,
  changes_requested: 0,
  open_findings: 0,
  lost_attempts: 0,
} as const;

describe("a grade", () => {
  it.each([
    ["everything proven at once", best, 100, "A"],
    [
      "one failed validation and one round of changes",
      { ...best, failed_validations: 1, changes_requested: 1 },
      90,
      "A",
    ],
    ["a review that is not independent", { ...best, independent: false }, 85, "B"],
    ["no review, accepted by a person", { ...best, review: "waived" }, 70, "B"],
    ["no validation, by choice", { ...best, evidence: "waived" }, 60, "C"],
    [
      "open findings, accepted by a person",
      { ...best, review: "changes_requested", changes_requested: 4 },
      50,
      "C",
    ],
    [
      "many rounds and lost attempts",
      { ...best, evidence: "failed", independent: false, changes_requested: 9, lost_attempts: 9 },
      15,
      "D",
    ],
  ] as const)("for %s is %#: its parts add up to %d [req:grade.formula]", (_, facts, score, letter) => {
    const grade = gradeOf(facts);
    expect(grade).toMatchObject({ score, letter });
    expect(grade.parts.reduce((sum, part) => sum + part.points, 0)).toBe(score);
    for (const part of grade.parts) expect(part.points).toBeLessThanOrEqual(part.of);
    expect(grade.formula).toContain("A >= 90");
  });

  it("is null without data, not a bad letter [req:grade.null]", () => {
    expect(gradeOf({ ...best, evidence: "waived", review: "waived" })).toMatchObject({
      letter: null,
      score: null,
    });
    expect(gradeOf({ ...best, evidence: "none", review: "none" })).toMatchObject({
      letter: null,
      score: null,
      parts: [],
    });
  });
});
