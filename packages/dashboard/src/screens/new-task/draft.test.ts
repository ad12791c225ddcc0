import { HarnessError } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { emptyDraft, readDraft, requestOf } from "./draft.ts";
import { refusalOf } from "./refusal.ts";

describe("the draft of a task", () => {
  it("leaves out what was left empty", () => {
    expect(requestOf({ ...emptyDraft(), prompt: "Mend it" })).toEqual({ prompt: "Mend it" });
  });

  it("says everything that was written", () => {
    const draft = {
      ...emptyDraft(),
      project: "shop",
      prompt: "Mend it",
      agent: "claude",
      base_branch: " release ",
      priority: "2",
      labels: "money, , urgent",
      depends_on: ["task_1"],
      sandbox: "read-only",
      approvals: "strict",
      max_budget_usd: "1,5",
      max_tokens: "1000",
      max_wall_mins: "90",
      answers: ["A right sum", ""],
    };
    expect(requestOf(draft)).toEqual({
      project: "shop",
      prompt: "Mend it",
      agent: "claude",
      base_branch: "release",
      priority: 2,
      labels: ["money", "urgent"],
      depends_on: ["task_1"],
      sandbox: "read-only",
      approvals: { profile: "strict" },
      max_budget_usd: 1.5,
      max_tokens: 1000,
      max_wall_secs: 5400,
      answers: ["A right sum", ""],
    });
  });

  it("leaves what is no number for the server to refuse", () => {
    expect(requestOf({ ...emptyDraft(), prompt: "a", max_turns: "many" })).toMatchObject({
      max_turns: "many",
    });
  });

  it("is read as far as it can be", () => {
    expect(readDraft('{"prompt":"kept","labels":7,"mode":"other"}')).toEqual({
      ...emptyDraft(),
      prompt: "kept",
    });
    for (const kept of [null, "no json", "[]"]) expect(readDraft(kept)).toEqual(emptyDraft());
  });
});

describe("a refusal", () => {
  const error = (details: HarnessError["details"]) =>
    new HarnessError("invalid_params", "It is wrong.", details);

  it("is said at the fields it names", () => {
    const refused = error({
      field: "max_turns",
      issues: [
        { field: "max_turns", message: "expected number" },
        { field: "labels.0", message: "too long" },
      ],
    });
    const { fields, rest } = refusalOf(refused, ["max_turns", "labels"]);
    expect(Object.fromEntries(fields)).toEqual({ max_turns: "expected number", labels: "too long" });
    expect(rest).toBeNull();
  });

  it("is shown whole when it is about none of them", () => {
    for (const one of [error({}), error({ field: "wait_secs" }), new Error("offline")])
      expect(refusalOf(one, ["prompt"])).toEqual({ fields: new Map(), rest: one });
  });
});
