import { type Operation, operations } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { operationTools, toolName } from "./tools.ts";

const rows: readonly (readonly [string, Operation])[] = Object.entries(operations);

describe("the tools", () => {
  const tools = operationTools();

  it("are few, and none changes settings or who is trusted [req:mcp.curated]", () => {
    // What an agent may ask of its own task is offered to agents only, and nothing else is.
    const own = [...tools.values()].filter(({ scope }) => scope === "task");
    expect(own.length).toBeLessThanOrEqual(3);
    expect(tools.size - own.length).toBeLessThanOrEqual(32);
    const operating = [...tools.values()].filter(({ scope }) => scope === "operate");
    expect(operating.map(({ tool }) => tool.name)).toEqual(["approval_respond"]);
    const ending = [...tools.values()].filter(({ tool }) => tool.annotations?.destructiveHint);
    expect(ending.map(({ tool }) => tool.name).sort()).toEqual([
      "approval_respond",
      "task_cancel",
      "turn_cancel",
    ]);
  });

  it("have names that are told apart, and descriptions a host can read in full [req:mcp.tools]", () => {
    expect(new Set(rows.map(([name]) => toolName(name))).size).toBe(rows.length);
    let chars = 0;
    for (const { tool } of tools.values()) {
      expect(tool.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      const text = JSON.stringify(tool);
      // What a reference names is in the same schema.
      for (const [, name] of text.matchAll(/"#\/\$defs\/(\w+)"/g)) expect(text).toContain(`"${name}":`);
      expect(text).not.toMatch(/"\$schema"|"\$id"/);
      chars += text.length;
    }
    expect(chars).toBeLessThan(120_000);
  });
});
