import { describe, expect, it } from "vitest";
import { asksForChange, bestFiles, termsOf } from "./authoring-context.ts";

const files = [
  "README.md",
  "dist/email-form.js",
  "src/forms/email-form.ts",
  "src/forms/validators.ts",
  "src/server.ts",
  "test/forms/email-form.test.ts",
];

describe("what is gathered for a request for a change [req:strategy.authoring]", () => {
  it.each([
    ["Add input validation to the email form", true],
    ["Could you please fix the spinner", true],
    ["The form is slow. Make it faster.", true],
    ["How would you add validation?", false],
    ["Explain the email form", false],
    ["What changed?", false],
  ])("%j asks for a change: %s", (words, change) => {
    expect(asksForChange(words)).toBe(change);
  });

  it("is the files its words are in the names of, tests last, made ones never", () => {
    const terms = termsOf("Please add input validators to the EmailForm, it should not be empty");
    expect(terms).toEqual(["input", "validator", "email", "form", "empty"]);
    expect(bestFiles(files, terms)).toEqual([
      "src/forms/email-form.ts",
      "src/forms/validators.ts",
      "test/forms/email-form.test.ts",
    ]);
    expect(bestFiles(files, ["nothing"])).toEqual([]);
  });
});
