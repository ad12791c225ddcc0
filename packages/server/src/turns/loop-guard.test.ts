import { expect, it } from "vitest";
import type { AgentEvent, AgentItem } from "../agents/index.ts";
import { LoopGuard } from "./loop-guard.ts";

const item = (
  id: string,
  more: Partial<AgentItem>,
  phase: "started" | "completed" = "completed",
): AgentEvent => ({
  type: "item",
  phase,
  item: { id, kind: "command", name: "Bash", ...more },
});

it("ends a turn that does the same with the same outcome again and again [req:loop.same-call]", () => {
  const guard = new LoopGuard({ max_tool_calls: null, same_tool_call_times: 3 });
  const same = { command: "npm test", output: "1 failed" };
  expect(guard.note(item("1", same))).toBeUndefined();
  expect(guard.note(item("2", same))).toBeUndefined();
  // Talking between two uses makes them no different; another outcome does.
  expect(guard.note({ type: "message_delta", text: "again" })).toBeUndefined();
  expect(guard.note(item("3", { ...same, output: "2 failed" }))).toBeUndefined();
  expect(guard.note(item("4", same))).toBeUndefined();
  expect(guard.note(item("5", same, "started"))).toBeUndefined();
  expect(guard.note(item("5", same))).toBeUndefined();
  expect(guard.note(item("6", same))).toContain("3 times in a row");
});

it("counts each use of a tool once, and nothing an agent only says [req:loop.tool-calls]", () => {
  const guard = new LoopGuard({ max_tool_calls: 2, same_tool_call_times: 100 });
  for (const id of ["1", "2"])
    for (const phase of ["started", "completed"] as const)
      expect(guard.note(item(id, { command: id }, phase))).toBeUndefined();
  expect(guard.note(item("m", { kind: "message", text: "hello" }))).toBeUndefined();
  expect(guard.note(item("3", { command: "3" }, "started"))).toContain("more than 2 times");
});
