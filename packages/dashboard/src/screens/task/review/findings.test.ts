import type { Finding, ReviewRound } from "@harness/protocol";
import { expect, it } from "vitest";
import { askingText, isBlocking, sortedFindings } from "./findings.ts";

const finding = (severity: Finding["severity"], line = 3): Finding => ({
  file: "src/sum.js",
  line,
  severity,
  title: "Wrong sum",
  scenario: "sum(1, 2) gives -1,\nnot 3.",
});
const round = { commit: "abcdef0123456789" } as ReviewRound;

it("puts the worst findings first; critical and high ones block", () => {
  const sorted = sortedFindings([finding("low"), finding("critical"), finding("medium"), finding("high")]);
  expect(sorted.map(({ severity }) => severity)).toEqual(["critical", "high", "medium", "low"]);
  expect(sorted.map(isBlocking)).toEqual([true, true, false, false]);
});

it("takes findings over into what is asked for", () => {
  expect(askingText("Soon, please.", [finding("high"), finding("low", 0)], round)).toBe(
    "Soon, please.\n\nPlease mend what the review of abcdef012345 found:\n\n1. [high] src/sum.js:3: Wrong sum\n   sum(1, 2) gives -1,\n   not 3.\n\n2. [low] src/sum.js: Wrong sum\n   sum(1, 2) gives -1,\n   not 3.",
  );
  expect(askingText("Only this.", [], round)).toBe("Only this.");
});
