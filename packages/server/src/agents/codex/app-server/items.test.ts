import { expect, it } from "vitest";
import { itemsOf } from "./items.ts";

it.each([
  [
    { type: "plan", text: "first" },
    { kind: "plan", text: "first" },
  ],
  [
    { type: "reasoning", summary: ["a", "b"], content: ["c"] },
    { kind: "reasoning", text: "a\nb" },
  ],
  [
    { type: "reasoning", summary: [], content: ["c"] },
    { kind: "reasoning", text: "c" },
  ],
  [
    { type: "commandExecution", command: "ls", aggregatedOutput: "x", exitCode: 2, status: "failed" },
    { kind: "command", command: "ls", output: "x", exit_code: 2, failed: true },
  ],
  [
    {
      type: "mcpToolCall",
      server: "s",
      tool: "t",
      arguments: { a: 1 },
      result: { content: [{ text: "r" }] },
    },
    { kind: "tool_call", name: "s.t", input: { a: 1 }, output: "r" },
  ],
  [
    {
      type: "mcpToolCall",
      server: "s",
      tool: "t",
      arguments: {},
      status: "failed",
      error: { message: "no" },
    },
    { kind: "tool_call", name: "s.t", input: {}, output: "no", failed: true },
  ],
  [
    { type: "webSearch", query: "q" },
    { kind: "tool_call", name: "web_search", input: { query: "q" } },
  ],
  [
    { type: "imageView", path: "/a.png" },
    { kind: "tool_call", name: "view_image", path: "/a.png" },
  ],
])("tells %j [req:codex.items]", (item, told) => {
  expect(itemsOf({ id: "1", ...item })).toEqual([{ id: "1", ...told }]);
});

it("tells each file of a patch [req:codex.items]", () => {
  const changes = [{ path: "/a", kind: { type: "add" } }, { path: "/b" }];
  expect(itemsOf({ id: "1", type: "fileChange", changes, status: "declined" })).toEqual([
    { id: "1:0", kind: "file_change", path: "/a", name: "add", failed: true },
    { id: "1:1", kind: "file_change", path: "/b", name: "update", failed: true },
  ]);
});

it.each([
  { type: "hologram", id: "1", depth: 3 },
  { type: "toString", id: "1" },
  { type: "commandExecution", id: "1", command: 7 },
])("does not know %j [req:codex.items]", (item) => {
  expect(itemsOf(item)).toBe(undefined);
});
