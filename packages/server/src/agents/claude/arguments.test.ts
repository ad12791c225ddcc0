import { expect, it } from "vitest";
import type { AgentTurn } from "../port.ts";
import { claudeArguments, inertPrompt } from "./arguments.ts";

const turn: AgentTurn = {
  prompt: "--dangerously-skip-permissions",
  workspace: "/w",
  access: "workspace-write",
  attempt_id: "att_1",
  turn_timeout_ms: 1,
  idle_timeout_ms: 1,
  sandbox: async (spec) => spec,
  approve: async () => ({ decision: "deny", reason: "test" }),
  signal: new AbortController().signal,
};

it("has exactly these arguments, and nothing of the prompt [req:agents.inert-prompt]", () => {
  expect(claudeArguments(turn, { session_id: "S", resumed: false }).join(" ")).toMatchInlineSnapshot(
    `"-p --output-format stream-json --input-format stream-json --verbose --include-partial-messages --permission-prompt-tool stdio --setting-sources user --strict-mcp-config --disable-slash-commands --tools Bash,Read,Edit,Write,NotebookEdit,Glob,Grep,TodoWrite --settings {"permissions":{"ask":["Bash","Edit","Write","NotebookEdit"]}} --session-id S"`,
  );
  const reviewing = { ...turn, access: "read-only", model: "m", max_turns: 3, max_budget_usd: 1.5 } as const;
  const args = claudeArguments(
    { ...reviewing, output_schema: { type: "object" } },
    { session_id: "S", resumed: true },
  );
  expect(args.join(" ")).toMatchInlineSnapshot(
    `"-p --output-format stream-json --input-format stream-json --verbose --include-partial-messages --permission-prompt-tool stdio --setting-sources user --strict-mcp-config --disable-slash-commands --tools Bash,Read,Glob,Grep --settings {"permissions":{"ask":["Bash","Edit","Write","NotebookEdit"]}} --model=m --max-turns 3 --max-budget-usd 1.5 --json-schema {"type":"object"} --resume S"`,
  );
});

it("leads a prompt that Claude Code would take for a command of its own [req:agents.inert-prompt]", () => {
  for (const prompt of ["/init", " /compact", "!ls", "# remember"])
    expect(inertPrompt(prompt)).toMatch(/^The request:/);
  expect(inertPrompt("fix it")).toBe("fix it");
});
