import {
  type BlockReason,
  runningStatuses,
  type TaskStatus,
  taskStatuses,
  terminalStatuses,
} from "@harness/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide, isRunning, isTerminal, type TaskCommand, type TaskState } from "./lifecycle.ts";

const reason = (code: BlockReason["code"]): BlockReason => ({
  code,
  message: "because",
  needs: "person",
  since: "2026-01-01T00:00:00Z",
  unblock: [],
  until: null,
});

const task = (status: TaskStatus, code: BlockReason["code"] = "no_validation"): TaskState => ({
  id: "task_1",
  status,
  block_reason: status === "waiting" ? reason(code) : null,
});

const commands: Record<TaskCommand["type"], TaskCommand> = {
  claim: { type: "claim", as: "implementing" },
  enter: { type: "enter", status: "validating" },
  wait: { type: "wait", reason: reason("no_reviewer") },
  requeue: { type: "requeue", reason: "crash" },
  finish: { type: "finish", status: "done", reason: "published" },
  cancel: { type: "cancel", reason: "asked" },
  retry: { type: "retry" },
  revise: { type: "revise" },
  unblock: { type: "unblock", by: "operator" },
  accept: { type: "accept" },
};

/** The table of the docstring, written out: where each command leads from each status it is legal in. */
const running = [...runningStatuses];
const legal: Record<TaskCommand["type"], { from: TaskStatus[]; to: TaskStatus }> = {
  claim: { from: ["queued"], to: "implementing" },
  enter: { from: running, to: "validating" },
  wait: { from: ["queued", ...running, "waiting"], to: "waiting" },
  requeue: { from: [...running, "waiting"], to: "queued" },
  finish: { from: [...running, "waiting"], to: "done" },
  cancel: { from: ["queued", ...running, "waiting"], to: "cancelled" },
  retry: { from: ["failed", "cancelled", "budget_exhausted"], to: "queued" },
  revise: {
    from: ["done", "no_change", "failed", "cancelled", "budget_exhausted", "waiting"],
    to: "queued",
  },
  unblock: { from: ["waiting"], to: "queued" },
  accept: { from: ["waiting"], to: "queued" },
};

describe("the lifecycle", () => {
  for (const [name, command] of Object.entries(commands) as [TaskCommand["type"], TaskCommand][]) {
    it.each(taskStatuses)(`${name} on a %s task does what the table says [req:lifecycle.table]`, (status) => {
      const decision = decide(task(status), command);
      if (legal[name].from.includes(status)) {
        expect(decision).toMatchObject({ ok: true, to: legal[name].to });
      } else {
        expect(decision.ok).toBe(false);
        expect(!decision.ok && decision.message).toContain(`Cannot ${name} task task_1: it is ${status}.`);
      }
    });
  }

  it.each([
    ["no_validation", true],
    ["no_reviewer", true],
    ["review_limit", true],
    ["auth", false],
    ["quota", false],
    ["config_unapproved", false],
    ["dependency", false],
    ["dependency_failed", false],
    ["dead_letter", false],
  ] as const)("a wait for %s can be accepted: %s [req:lifecycle.accept]", (code, acceptable) => {
    const decision = decide(task("waiting", code), commands.accept);
    expect(decision.ok).toBe(acceptable);
    if (!decision.ok) expect(decision.message).toContain(`it waits for ${code}`);
  });

  it.each([
    ["review_limit", true],
    ["no_validation", true],
    ["quota", true],
    ["dependency", false],
    ["dependency_failed", false],
  ] as const)("work that waits for %s can be revised: %s [req:revise.lifecycle]", (code, revisable) => {
    const decision = decide(task("waiting", code), commands.revise);
    expect(decision.ok).toBe(revisable);
    if (!decision.ok) expect(decision.message).toContain("it has not begun");
  });

  it("leaves done and no_change only for a revision, and ends nowhere twice [req:lifecycle.terminal]", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...Object.values(commands)), { maxLength: 40 }), (sequence) => {
        let state = task("queued");
        for (const command of sequence) {
          const decision = decide(state, command);
          if (!decision.ok) continue;
          if (isTerminal(state.status)) {
            expect(["retry", "revise"]).toContain(command.type);
            if (command.type === "retry") expect(["done", "no_change"]).not.toContain(state.status);
          }
          expect(isRunning(decision.to) && state.status === "waiting").toBe(false);
          state = {
            id: state.id,
            status: decision.to,
            block_reason: command.type === "wait" ? command.reason : null,
          };
          expect(state.status === "waiting").toBe(state.block_reason !== null);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("sorts every status into queued, waiting, running or ended", () => {
    for (const status of taskStatuses)
      expect(
        [status === "queued", status === "waiting", isRunning(status), isTerminal(status)].filter(Boolean),
      ).toHaveLength(1);
    expect(terminalStatuses).toHaveLength(5);
  });
});
