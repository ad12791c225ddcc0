import type { TaskDetail } from "@harness/protocol";
import { expect, it } from "vitest";
import { summaries } from "./summary.ts";

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const attempt = (id: string, number: number, ended_at: string | null) => ({
  id,
  number,
  status: ended_at === null ? "running" : "failed",
  started_at: at(0),
  ended_at,
});
const turn = (attempt_id: string, cost_usd: number | null, commit: string | null = null) => ({
  attempt_id,
  commit,
  usage: { total_tokens: 100, cost_usd },
});
const task = {
  attempt_history: [attempt("a", 1, at(7)), attempt("b", 2, null)],
  stages: [{ attempt_id: "a", stage: "validate" }],
  turns: [turn("a", 0.5, "c".repeat(40)), turn("a", 0.25), turn("b", null)],
  evidence_history: [
    { attempt_id: "a", round: 1, passed: false },
    { attempt_id: "a", round: 2, passed: true },
    { attempt_id: "a", round: 2, passed: false },
  ],
  review_history: [{ attempt_id: "a", verdict: "changes_requested", round: 1, findings: [{}, {}] }],
} as unknown as TaskDetail;

it("tells of each attempt what it brought in its last round, the newest first", () => {
  const [second, first] = summaries(task);
  expect(Object.fromEntries(first!.lines)).toEqual({
    Outcome: "failed",
    Took: "7 s",
    "Last stage": "validate",
    Turns: "2",
    Tokens: "200",
    Cost: "$0.75",
    Checks: "1 of 2 passed",
    Review: "changes requested (round 1)",
    Findings: "2",
    Commit: "cccccccc",
  });
  expect(Object.fromEntries(second!.lines)).toMatchObject({
    Took: "runs",
    Cost: "cost unknown",
    Checks: "none ran",
    Commit: "none",
  });
});
