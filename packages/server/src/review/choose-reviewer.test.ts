import { describe, expect, it } from "vitest";
import { type Candidate, chooseReviewer } from "./choose-reviewer.ts";

const agent = (name: string, kind = name, models: string[] = [], usable = true): Candidate => ({
  name,
  kind,
  usable,
  models,
});
const any = { agent: null, allow_same_agent: false };

describe("the reviewer", () => {
  it("is another adapter than the author's, whatever the order [req:review.choice]", () => {
    const pool = [agent("mine", "command"), agent("yours", "command"), agent("codex")];
    expect(chooseReviewer(pool, { agent: "mine", model: null }, any)).toEqual({
      status: "chosen",
      agent: "codex",
      model: null,
      independent: true,
    });
  });

  it("is another agent of the same kind when there is no other adapter [req:review.choice]", () => {
    const pool = [agent("mine", "command"), agent("yours", "command")];
    expect(chooseReviewer(pool, { agent: "mine", model: null }, any)).toMatchObject({
      agent: "yours",
      independent: true,
    });
  });

  it("is another model of the same agent, when it is known which one wrote [req:review.choice]", () => {
    const pool = [agent("claude", "claude", ["opus", "sonnet"])];
    expect(chooseReviewer(pool, { agent: "claude", model: "opus" }, any)).toMatchObject({
      model: "sonnet",
      independent: true,
    });
    expect(chooseReviewer(pool, { agent: "claude", model: null }, any)).toMatchObject({ status: "none" });
  });

  it("is the author only when the project opted in, and then not independent [req:review.choice]", () => {
    const pool = [agent("claude")];
    const author = { agent: "claude", model: "opus" };
    expect(chooseReviewer(pool, author, any)).toMatchObject({ status: "none" });
    expect(chooseReviewer(pool, author, { ...any, allow_same_agent: true })).toEqual({
      status: "chosen",
      agent: "claude",
      model: "opus",
      independent: false,
    });
  });

  it("that was named is taken or missed, never silently replaced [req:review.choice]", () => {
    const pool = [agent("claude"), agent("codex"), agent("gone", "gone", [], false)];
    const author = { agent: "claude", model: null };
    expect(chooseReviewer(pool, author, { ...any, agent: "codex" })).toMatchObject({ agent: "codex" });
    const missing = chooseReviewer(pool, author, { ...any, agent: "gone" });
    expect(missing).toMatchObject({ status: "none" });
    expect(missing.status === "none" && missing.why).toContain("gone");
    expect(chooseReviewer(pool, author, { ...any, agent: "claude" })).toMatchObject({ status: "none" });
  });

  it("is nobody when nobody else is usable", () => {
    expect(
      chooseReviewer(
        [agent("claude"), agent("codex", "codex", [], false)],
        { agent: "claude", model: null },
        any,
      ),
    ).toMatchObject({ status: "none" });
    expect(chooseReviewer([], { agent: "claude", model: null }, any)).toMatchObject({ status: "none" });
  });
});
