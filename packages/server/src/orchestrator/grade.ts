import type { Grade } from "@harness/protocol";

/** What a grade is made of: only facts Harness itself recorded. */
export interface GradeFacts {
  readonly evidence: "passed" | "failed" | "none" | "waived";
  readonly review: "approved" | "changes_requested" | "waiting" | "none" | "waived";
  readonly independent: boolean;
  /** Validation runs that failed on the way. */
  readonly failed_validations: number;
  /** Review rounds that asked for changes. */
  readonly changes_requested: number;
  /** Findings still open in the newest round, by severity. */
  readonly open_findings: number;
  /** Attempts that crashed or failed. */
  readonly lost_attempts: number;
}

const FORMULA =
  "validation (40) + independent review (30) + right the first time (20: -5 a failed validation, -5 a round of changes) + steady attempts (10: -5 an attempt lost); A >= 90, B >= 70, C >= 50, else D; none without validation and review";

/** Grades finished work. Null without data: work that was neither validated nor reviewed has no grade. */
export function gradeOf(facts: GradeFacts): Grade {
  if (
    facts.evidence !== "passed" &&
    facts.evidence !== "failed" &&
    facts.review !== "approved" &&
    facts.review !== "changes_requested"
  ) {
    return { letter: null, score: null, formula: FORMULA, parts: [] };
  }
  const parts = [
    { name: "validation", of: 40, points: facts.evidence === "passed" ? 40 : 0, why: facts.evidence },
    {
      name: "review",
      of: 30,
      points: reviewPoints(facts),
      why: facts.review === "approved" && !facts.independent ? "approved, not independent" : facts.review,
    },
    {
      name: "first time",
      of: 20,
      points: Math.max(0, 20 - 5 * (facts.failed_validations + facts.changes_requested)),
      why: `${facts.failed_validations} failed validations, ${facts.changes_requested} rounds of changes`,
    },
    {
      name: "attempts",
      of: 10,
      points: Math.max(0, 10 - 5 * facts.lost_attempts),
      why: `${facts.lost_attempts} lost`,
    },
  ];
  const score = parts.reduce((sum, part) => sum + part.points, 0);
  return {
    letter: score >= 90 ? "A" : score >= 70 ? "B" : score >= 50 ? "C" : "D",
    score,
    formula: FORMULA,
    parts,
  };
}

function reviewPoints(facts: GradeFacts): number {
  if (facts.review !== "approved") return 0;
  return facts.independent ? 30 : 15;
}
