import { expect, it } from "vitest";
import { claudeArguments } from "./claude/arguments.ts";
import { execArguments } from "./codex/exec/arguments.ts";
import { fillTemplate } from "./command/template.ts";
import type { AgentTurn } from "./port.ts";

const hostile = [
  "--dangerously-skip-permissions",
  "-p",
  `--settings={"hooks":{"SessionStart":[{"command":"touch pwned"}]}}`,
  "@/etc/passwd",
  "-c",
];

const turnOf = (text: string): AgentTurn => ({
  prompt: text,
  model: text,
  workspace: "/w",
  access: "workspace-write",
  attempt_id: "att_1",
  turn_timeout_ms: 1,
  idle_timeout_ms: 1,
  sandbox: async (spec) => spec,
  approve: async () => ({ decision: "deny", reason: "test" }),
  signal: new AbortController().signal,
});

it("Codex has exactly these arguments, and reads the prompt from standard input [req:agents.argv]", () => {
  const use = { model: "m", home: "/h" };
  expect(execArguments(turnOf("x"), { kind: "new" }, use).join(" ")).toMatchInlineSnapshot(
    `"exec --json --skip-git-repo-check -c sandbox_mode="danger-full-access" -c approval_policy="never" --model=m -"`,
  );
  const resumed = execArguments({ output_schema: {} }, { kind: "resume", session_id: "S" }, use);
  expect(resumed.join(" ")).toMatchInlineSnapshot(
    `"exec resume --json --skip-git-repo-check -c sandbox_mode="danger-full-access" -c approval_policy="never" --model=m --output-schema /h/answer-schema.json S -"`,
  );
});

it.each(hostile)("neither a prompt nor a model named %j becomes an argument [req:agents.argv]", (text) => {
  const turn = turnOf(text);
  const all = [
    claudeArguments(turn, { session_id: "S", resumed: false }).filter((word, at) => at > 0 || word !== "-p"),
    execArguments(turn, { kind: "new" }, { model: text, home: "/h" }),
  ];
  for (const argv of all) {
    const options = argv.filter((word) => word === text);
    // What every turn has anyway stands in it as often as without the hostile text.
    const plain =
      argv === all[1] ? execArguments(turnOf("m"), { kind: "new" }, { model: "m", home: "/h" }) : [];
    expect(options.length).toBe(plain.filter((word) => word === text).length);
  }
});

it("a command's template has no place for a prompt, and keeps a model in its own word [req:agents.argv]", () => {
  const argv = ["agent", "--model={model}", "{prompt}"];
  const filled = fillTemplate(argv, { workspace: "/w", model: "--evil", session_id: undefined });
  expect(filled).toEqual({ filled: ["agent", "--model=--evil", "{prompt}"] });
});
