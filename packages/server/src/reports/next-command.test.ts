import { expect, it } from "vitest";
import type { TaskRecord } from "../tasks/index.ts";
import { acceptCommand, fitCommand, retryCommand } from "./next-command.ts";

const limits = {
  max_rounds: null,
  max_turns: null,
  max_attempts: 3,
  turn_timeout_ms: 1,
  stall_timeout_ms: 1,
  max_budget_usd: null,
  max_tokens: null,
  retry_base_backoff_ms: 0,
  retry_max_backoff_ms: 0,
  max_wall_secs: null,
  no_progress_turns: 3,
  same_failure_times: 3,
  max_wait_ms: 1,
};
const ended = {
  id: "task_1",
  status: "budget_exhausted",
  turns: 4,
  input_tokens: 90,
  output_tokens: 10,
  wall_ms: 60_000,
  cost_usd: 0,
  cost_unknown: 0,
} as const;

it("a command holds a branch as one word, whatever its name [req:report.commands]", () => {
  expect(acceptCommand("task_1", "release/1.2")).toBe("harness task accept task_1 --into release/1.2");
  expect(acceptCommand("task_1", "$(reboot)")).toBe("harness task accept task_1 --into '$(reboot)'");
  expect(fitCommand("task_1", "it's")).toBe(
    "harness task revise task_1 'Resolve the conflicts with it'\\''s'",
  );
});

type Changed = { [K in keyof typeof limits]?: number | null };
const command = (more: Changed, used: Partial<TaskRecord> = {}) =>
  retryCommand({ ...ended, ...used, limits: { ...limits, ...more } as TaskRecord["limits"] });

it("a task that ran into its own caps is retried with twice of each, any other as it is [req:report.commands]", () => {
  expect(command({ max_turns: 4, max_tokens: 500 })).toBe("harness task retry task_1 --max-turns 8");
  expect(command({ max_turns: 5, max_tokens: 100 })).toBe("harness task retry task_1 --max-tokens 200");
  expect(command({ max_wall_secs: 60 })).toBe("harness task retry task_1 --max-wall-secs 120");
  expect(command({ max_turns: 4, max_wall_secs: 30 })).toBe(
    "harness task retry task_1 --max-turns 8 --max-wall-secs 120",
  );
  expect(command({ max_budget_usd: 2 })).toBe("harness task retry task_1 --max-budget-usd 4");
  expect(command({ max_turns: 800 }, { turns: 800 })).toBe("harness task retry task_1 --no-max-turns");
  expect(command({ max_tokens: 20 })).toBe("harness task retry task_1 --max-tokens 200");
  expect(command({ max_budget_usd: 1 }, { cost_usd: 1.234 })).toBe(
    "harness task retry task_1 --max-budget-usd 2.47",
  );
  expect(command({})).toBe("harness task retry task_1");
  expect(command({ max_turns: 4 }, { status: "failed" })).toBe("harness task retry task_1");
});

it("a dollar cap nobody can hold gives way to one on tokens [req:report.commands]", () => {
  const unknown = { cost_unknown: 1 };
  expect(command({ max_budget_usd: 2 }, unknown)).toBe(
    "harness task retry task_1 --no-max-budget-usd --max-tokens 1000000",
  );
  expect(command({ max_budget_usd: 2, max_tokens: 500 }, unknown)).toBe(
    "harness task retry task_1 --no-max-budget-usd",
  );
});
