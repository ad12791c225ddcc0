import type { Turn } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { jobOf, stepsOf } from "./plan-jobs.ts";
import { planStateOf, type ThreadFacts } from "./plan-state.ts";

const at = "2026-01-01T00:00:00.000Z";

function turn(id: string, status: Turn["status"], more: Partial<Turn> & { input?: string } = {}) {
  return {
    id,
    thread_id: "thr_1",
    task_id: null,
    attempt_id: null,
    role: "chat",
    round: 1,
    agent: "a",
    model: null,
    strategy: null,
    status,
    failure: null,
    usage: null,
    commit: null,
    rolled_back: false,
    started_at: at,
    ended_at: null,
    input: null,
    ...more,
  } as const;
}

const nothing: ThreadFacts = {
  turns: [],
  base: null,
  doings: [],
  asked: [],
  planText: null,
  steps: [],
  newest: null,
  lastError: null,
  queued: null,
  authoring: null,
};

const command = { id: "1", kind: "command", command: "npm test", output: "x".repeat(20_000) } as const;

describe("the planner state of a thread", () => {
  it("is null before its first turn", () => {
    expect(planStateOf(nothing)).toBeNull();
  });

  it("shows what runs, and the step it is for [req:sessions.plan]", () => {
    const state = planStateOf({
      ...nothing,
      turns: [turn("t1", "running")],
      doings: [{ turn_id: "t1", item: command, done: false }],
      planText: "First look.\n- [x] read\n- [~] test\n3. [ ] tell",
      newest: command,
    });
    expect(state).toMatchObject({
      explanation: "First look.",
      items: [
        { step: "read", status: "completed", job_id: null },
        { step: "test", status: "in_progress", job_id: "t1:1" },
        { step: "tell", status: "pending", job_id: null },
      ],
      runtime: {
        active_tool: "run_command",
        active_command: "npm test",
        active_status: "running",
        loop_stage: "executing",
        last_outcome: null,
        followup: null,
      },
    });
  });

  it.each([
    [{ kind: "reasoning", id: "1" }, "planning"],
    [{ kind: "message", id: "1", role: "user" }, "planning"],
    [{ kind: "message", id: "1" }, "responding"],
    [{ ...command, exit_code: 1 }, "feedback"],
  ] as const)("is, after %o in a running turn, %s [req:sessions.plan]", (newest, stage) => {
    const state = planStateOf({ ...nothing, turns: [turn("t1", "running")], newest });
    expect(state?.runtime.loop_stage).toBe(stage);
  });

  it("tells a checkpoint from the need to try again, and counts tries [req:sessions.plan]", () => {
    const failure = { code: "exit", message: "it broke" };
    const turns = [
      turn("t1", "completed", { input: "make it\nnow", commit: "a".repeat(40) }),
      turn("t2", "completed", { input: "look", commit: "a".repeat(40) }),
      turn("t3", "failed", { input: "more", failure }),
      turn("t4", "failed", { input: "more", failure }),
    ];
    const doings = [{ turn_id: "t4", item: { ...command, exit_code: 2 }, done: true }];
    const state = planStateOf({ ...nothing, turns, doings });
    expect(state?.runtime).toMatchObject({
      followup: { kind: "retry_or_replan", step: "more", command: "npm test", retry_count: 1 },
      followup_history: [
        { kind: "checkpoint", step: "make it", next_step: null },
        { kind: "retry_or_replan", step: "more", command: null, retry_count: 0 },
      ],
      loop_stage: "replan_required",
      last_outcome: "failed",
      last_feedback: "it broke",
    });
    expect(planStateOf({ ...nothing, turns, doings, queued: "again" })?.runtime).toMatchObject({
      loop_stage: "retry_pending",
      last_outcome: "retry_pending",
    });
  });
});

it("a job keeps the end of a long output and the beginning for a look [req:sessions.plan]", () => {
  const job = jobOf({ turn_id: "t1", item: { ...command, exit_code: 1 }, done: true }, false);
  expect(job).toMatchObject({ status: "failed", has_error_output: true });
  expect([job.output_transcript.length, job.output_preview.length]).toEqual([16_000, 512]);
  const cut = jobOf({ turn_id: "t1", item: command, done: false }, false);
  expect(cut.status).toBe("blocked");
});

it("a plan without boxes has no steps", () => {
  expect(stepsOf("just do it")).toEqual({ explanation: "just do it", items: [] });
});
