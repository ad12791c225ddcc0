import { expect, it } from "vitest";
import { approvalOf } from "./approvals.ts";

const none = { workspace: "/w", itemOf: () => undefined };

it("asks for a command as it is, the same twice [req:codex.approvals]", () => {
  const params = { kind: "command", itemId: "1", startedAtMs: 1, command: "make", cwd: "/w", reason: null };
  const asked = approvalOf("item/commandExecution/requestApproval", params, none);
  const again = approvalOf(
    "item/commandExecution/requestApproval",
    { ...params, itemId: "2", startedAtMs: 2 },
    none,
  );
  expect(asked).toEqual({
    action: {
      kind: "run",
      tool: "exec_command",
      command: "make",
      paths: [],
      summary: "run make",
      input: { command: "make", cwd: "/w", reason: null },
    },
    allowed: { decision: "accept" },
    denied: { decision: "decline" },
  });
  expect(again).toEqual(asked);
});

it.each([
  [
    { kind: "writeStdin", command: "python" },
    { kind: "run", tool: "write_stdin", summary: "type into python" },
  ],
  [
    { command: "curl x", networkApprovalContext: { host: "example.org", protocol: "https" } },
    { kind: "network", tool: "network", summary: "reach example.org" },
  ],
])("tells what else a command may ask: %j [req:codex.approvals]", (params, action) => {
  expect(approvalOf("item/commandExecution/requestApproval", params, none)?.action).toMatchObject(action);
});

it("names files of the workspace from there, and others as they are [req:codex.approvals]", () => {
  const changes = [
    { path: "/w/src/a.ts", kind: { type: "update", move_path: "/elsewhere/a.ts" }, diff: "d" },
    { path: "/wide/b.ts", kind: { type: "add" }, diff: "e" },
  ];
  const itemOf = () => ({ id: "1", type: "fileChange", changes });
  const asked = approvalOf("item/fileChange/requestApproval", { itemId: "1" }, { workspace: "/w", itemOf });
  expect(asked?.action).toMatchObject({
    kind: "write",
    paths: ["src/a.ts", "/elsewhere/a.ts", "/wide/b.ts"],
    input: {
      changes: [
        { path: "src/a.ts", kind: "update", move_path: "/elsewhere/a.ts", diff: "d" },
        { path: "/wide/b.ts", kind: "add", diff: "e" },
      ],
    },
  });
});

it("knows what is no question for leave", () => {
  expect(approvalOf("item/tool/call", {}, none)).toBe(undefined);
});
