import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAnswer } from "./answer.ts";

const finding = (severity: string) => ({ file: "a.ts", line: 3, severity, title: "t", scenario: "s" });
const answer = (verdict: string, findings: unknown[] = []) =>
  JSON.stringify({ verdict, summary: "read it", findings });

describe("a reviewer's answer", () => {
  it("is read as JSON, alone or as the last fenced block [req:review.answer]", () => {
    expect(parseAnswer(answer("approved"))).toMatchObject({ ok: true, answer: { verdict: "approved" } });
    expect(parseAnswer(`\n ${answer("approved")} \n`)).toMatchObject({ ok: true });
    const text = `First:\n\`\`\`json\n${answer("approved")}\n\`\`\`\nNo, rather:\n\`\`\`\n${answer("changes_requested", [finding("low")])}\n\`\`\`\n`;
    expect(parseAnswer(text)).toMatchObject({ ok: true, answer: { verdict: "changes_requested" } });
  });

  it.each([
    "",
    "approved",
    "LGTM",
    '{"verdict": "approved"}',
    answer("waiting"),
    answer("APPROVED"),
    `Sure! ${answer("approved")}`,
    answer("approved", [{ file: "a.ts", line: "3", severity: "low", title: "t", scenario: "s" }]),
    answer("approved", [finding("blocker")]),
    `[${answer("approved")}]`,
    "```json\n{}\n```",
  ])("that is %j is not an approval [req:review.answer]", (text) => {
    expect(parseAnswer(text).ok).toBe(false);
  });

  it.each(["critical", "high"])(
    "that approves with a %s finding asks for changes [req:review.contradiction]",
    (severity) => {
      expect(parseAnswer(answer("approved", [finding("low"), finding(severity)]))).toMatchObject({
        ok: true,
        answer: { verdict: "changes_requested" },
      });
    },
  );

  it("that approves with small findings approves", () => {
    expect(parseAnswer(answer("approved", [finding("low"), finding("medium")]))).toMatchObject({
      answer: { verdict: "approved" },
    });
  });

  it("that asks for changes and names none is unusable [req:review.answer]", () => {
    expect(parseAnswer(answer("changes_requested"))).toEqual({
      ok: false,
      why: "It asks for changes but names none.",
    });
  });

  it("of any text is never an approval by accident", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parseAnswer(text).ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
