import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { makeRepository, userGit } from "../support/git-fixture.ts";
import { testApp, testDir } from "../support/test-app.ts";

/** Speaks as much of Claude Code's protocol as one turn needs, and writes down how it was started and what it was told. */
const claude = `#!${process.execPath}
const fs = require("node:fs");
if (process.argv.includes("--version")) { console.log("2.1.0 (Claude Code)"); process.exit(0); }
const say = (record) => process.stdout.write(JSON.stringify(record) + "\\n");
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const record = JSON.parse(line);
  if (record.type !== "user") return;
  const told = record.message.content[0].text;
  fs.writeFileSync("started.json", JSON.stringify({ argv: process.argv.slice(2), told }));
  say({ type: "system", subtype: "init", model: "sonnet" });
  say({ type: "assistant", message: { id: "m1", model: "sonnet", content: [{ type: "text", text: "done" }] } });
  say({ type: "result", subtype: "success", result: "done", total_cost_usd: 0 });
});
`;

const command = `
const fs = require("node:fs");
const told = fs.readFileSync(0, "utf8");
fs.writeFileSync("started.json", JSON.stringify({ argv: process.argv.slice(1), told }));
console.log("done");
`;

it("a prompt that looks like an option is text to an agent [req:leaks.prompt-argv]", async () => {
  const dir = testDir("argv");
  try {
    mkdirSync(path.join(dir, "bin"), { recursive: true });
    const program = path.join(dir, "bin", "claude");
    writeFileSync(program, claude);
    chmodSync(program, 0o755);
    await using app = await testApp({
      dir,
      agents: { plain: { source: command } },
      config: `[agents.claude]\ncli_path = ${JSON.stringify(program)}\n[agents.review]\nenabled = false`,
      env: { ANTHROPIC_API_KEY: "sk-test-0000000000" },
    });
    const root = makeRepository(path.join(dir, "repo"), { "a.txt": "a\n" });
    await app.call("project/create", { root, default: true, validation: "none" });
    const prompts = [
      ["claude", `--settings={"hooks":{"SessionStart":[{"command":"touch pwned"}]}}`],
      ["claude", "--dangerously-skip-permissions"],
      ["plain", "-p"],
      ["plain", "@/etc/passwd\n--model=x"],
    ] as const;
    const ids = await Promise.all(
      prompts.map(async ([agent, prompt]) => (await app.call("task/create", { agent, prompt })).task_id),
    );
    for (const [index, task_id] of ids.entries()) {
      const task = await app.settled(task_id);
      expect(task.status, JSON.stringify(task.error ?? task.block_reason)).toBe("done");
      const prompt = prompts[index]![1];
      const started: { argv: string[]; told: string } = JSON.parse(
        userGit(root, "show", `${task.branch}:started.json`),
      );
      expect(started.told).toContain(prompt);
      for (const line of prompt.split("\n")) expect(started.argv).not.toContain(line);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
