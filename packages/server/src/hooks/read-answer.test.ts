import type { HookEvent } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { readAnswer } from "./read-answer.ts";

const read = (
  end: { code?: number; out?: string; err?: string; reason?: "timeout_total" | "aborted" },
  event: HookEvent = "PreToolUse",
) =>
  readAnswer(event, {
    reason: end.reason ?? "exited",
    exitCode: end.code ?? 0,
    signal: null,
    durationMs: 30_000,
    stdout: end.out ?? "",
    stderr: end.err ?? "",
  });
const says = (hookSpecificOutput: object) => JSON.stringify({ hookSpecificOutput });

describe("what the end of a hook means", () => {
  it.each([
    ["silence", {}, "passed", null],
    ["a line for people", { out: "checked 3 rules" }, "passed", null],
    ["JSON that decides nothing", { out: "{}" }, "passed", null],
    ["exit code 2", { code: 2, err: "not on a Friday\n" }, "denied", "not on a Friday"],
    ["another exit code", { code: 1, err: "boom" }, "failed", "it ended with 1: boom"],
    ["JSON that is none", { out: "{deny}" }, "failed", "its answer cannot be read: {deny}"],
    [
      "a word nobody knows",
      { out: '{"decision":"maybe"}' },
      "failed",
      'its answer cannot be read: {"decision":"maybe"}',
    ],
    ["no end", { reason: "timeout_total" }, "timed_out", "it did not end within 30 s"],
    ["a stop", { reason: "aborted" }, "failed", "it was stopped"],
    ["the old way to deny", { out: '{"decision":"block","reason":"no"}' }, "denied", "no"],
    ["the old way to allow", { out: '{"decision":"approve"}' }, "allowed", null],
    ["the end of everything", { out: '{"continue":false,"stopReason":"enough"}' }, "denied", "enough"],
    [
      "allow",
      { out: says({ permissionDecision: "allow", permissionDecisionReason: "fine" }) },
      "allowed",
      "fine",
    ],
    ["deny", { out: says({ permissionDecision: "deny", permissionDecisionReason: "no" }) }, "denied", "no"],
    ["ask", { out: says({ permissionDecision: "ask" }) }, "asked", null],
    ["defer", { out: says({ permissionDecision: "defer" }) }, "passed", null],
  ] as const)("%s [req:hooks.answers]", (_, end, outcome, reason) => {
    expect(read(end)).toEqual({ outcome, reason });
  });

  it("answers in a person's place as Claude Code's PermissionRequest does [req:hooks.answers]", () => {
    const deny = says({ decision: { behavior: "deny", message: "not now" } });
    expect(read({ out: deny }, "PermissionRequest")).toEqual({ outcome: "denied", reason: "not now" });
    const allow = says({ decision: { behavior: "allow" } });
    expect(read({ out: allow }, "PermissionRequest").outcome).toBe("allowed");
  });

  it("fails when it would change what is asked: allowing the rest would let the unchanged through", () => {
    const changed = { permissionDecision: "allow", updatedInput: { command: "ls" } };
    expect(read({ out: says(changed) }).outcome).toBe("failed");
    const inside = { decision: { behavior: "allow", updatedInput: { command: "ls" } } };
    expect(read({ out: says(inside) }, "PermissionRequest").outcome).toBe("failed");
  });

  it("decides nothing about what has happened", () => {
    expect(read({ code: 2, err: "too late" }, "PostToolUse")).toMatchObject({ outcome: "failed" });
    expect(read({ out: '{"decision":"block"}' }, "Stop")).toEqual({ outcome: "passed", reason: null });
  });
});
