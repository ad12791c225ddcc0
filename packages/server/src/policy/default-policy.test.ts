import { describe, expect, it } from "vitest";
import { decideAction } from "./default-policy.ts";

const at = "/w/att_1/tree";
const decide = (kind: string, ...paths: string[]) => decideAction({ kind, paths, summary: "x" }, at);

describe("the default policy", () => {
  it.each([
    ["write", "a.ts"],
    ["write", "/w/att_1/tree/a/b.ts"],
    ["write", "./a/../b.ts"],
    ["read", "."],
    ["run", ".git/config"],
    ["read", ".git/HEAD"],
    ["write", ".github/workflows/x.yml"],
    ["write", ".gitignore"],
  ])("allows %s of %s: it is inside the workspace [req:policy.inside]", (kind, path) => {
    expect(decide(kind, path)).toMatchObject({ decision: "allow" });
  });

  it.each([
    ["read", "/etc/passwd"],
    ["write", "../secret"],
    ["write", "/w/att_1/tree-evil/x"],
    ["write", "/w/att_1"],
    ["read", "a/../../b"],
    ["write", ".git/hooks/pre-commit"],
    ["write", ".git"],
    ["write", "/w/att_1/tree/.git/config"],
  ])("denies %s of %s, and says why [req:policy.outside]", (kind, path) => {
    expect(decide(kind, path)).toMatchObject({
      decision: "deny",
      reason: expect.stringContaining("default policy"),
    });
  });

  it("denies when one of several paths is outside", () => {
    expect(decide("write", "a", "b", "/etc/c").decision).toBe("deny");
  });

  it("allows what names no path: the sandbox holds", () => {
    expect(decide("run").decision).toBe("allow");
  });
});
