import { describe, expect, it } from "vitest";
import { fromItem } from "./from-item.ts";

describe("the end of a helper an agent started", () => {
  const input = { description: "count", prompt: "count the files", subagent_type: "general" };

  it.each([
    ["Claude Code's", { name: "Agent", input: { prompt: "count" } }, null],
    ["Claude Code's before 2.1", { name: "Task", input }, "general"],
    ["OpenCode's", { name: "think", input }, "general"],
  ])("%s is told, once, after the tool it was asked by [req:hooks.subagent]", (_, tool, agent_type) => {
    const all = fromItem({ id: "toolu_1", kind: "tool_call", output: "three", ...tool });
    expect(all.map(({ event }) => event)).toEqual(["PostToolUse", "SubagentStop"]);
    expect(all[1]?.fields).toMatchObject({
      agent_type,
      tool_use_id: "toolu_1",
      last_assistant_message: "three",
      failed: false,
    });
  });

  it("that failed says so, and no other tool is taken for one [req:hooks.subagent]", () => {
    const failed = fromItem({ id: "1", kind: "tool_call", name: "Agent", input, failed: true });
    expect(failed.map(({ event }) => event)).toEqual(["PostToolUseFailure", "SubagentStop"]);
    expect(failed.at(-1)).toMatchObject({ fields: { failed: true } });
    for (const other of [
      { kind: "tool_call", name: "think", input: { thought: "hm" } },
      { kind: "tool_call", name: "mcp__x__Task", input: { prompt: "x" } },
      { kind: "command", name: "Task", command: "ls" },
    ] as const)
      expect(fromItem({ id: "1", ...other }).map(({ event }) => event)).toEqual(["PostToolUse"]);
  });

  it("is no word of anybody's, and no thought [req:hooks.subagent]", () => {
    for (const kind of ["message", "reasoning", "plan"] as const)
      expect(fromItem({ id: "1", kind, text: "Task" })).toEqual([]);
  });
});
