import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What the agent does in its turn, written into the prompt of a task. */
export interface Spends {
  readonly tokens?: number;
  /** Null: it does not say. */
  readonly cost?: number | null;
  /**
   * `end` ends well; `held` stops by itself at the dollars it was given; `stay` reports and goes on for ever; `fail` ends with an error that may be tried again; `drip`
   * reports one token more every few milliseconds and leaves neither when asked nor at a signal.
   */
  readonly ends?: "end" | "held" | "stay" | "fail" | "drip";
  /** The token at which a dripping agent notes the time. */
  readonly note?: number;
}

/** The prompt that makes the agent spend like this. */
export function spends(what: Spends): string {
  return `Make sum add. Spend ${JSON.stringify(what)}`;
}

/** A program that speaks as much of Claude Code's protocol as one turn needs. */
const source = `#!${process.execPath}
const fs = require("node:fs");
if (process.argv.includes("--version")) { console.log("2.1.0 (Claude Code)"); process.exit(0); }
const say = (record) => process.stdout.write(JSON.stringify(record) + "\\n");
const report = (id, output_tokens) => say({ type: "assistant", message: { id, model: "sonnet",
  content: [{ type: "text", text: "working" }], usage: { input_tokens: 0, output_tokens } } });
const flags = process.argv.slice(2);
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const record = JSON.parse(line);
  if (record.type !== "user") return;
  const { tokens = 1000, cost = 0.03, ends = "end", note = 0 } = JSON.parse(/Spend (\\{.*?\\})/.exec(record.message.content[0].text)[1]);
  say({ type: "system", subtype: "init", model: "sonnet" });
  fs.writeFileSync("sum.js", "module.exports = (a, b) => a + b;\\n");
  fs.writeFileSync("flags.json", JSON.stringify(flags));
  if (ends === "drip") {
    process.on("SIGTERM", () => {});
    let spent = 0;
    setInterval(() => {
      spent += 1;
      if (spent === note) fs.writeFileSync("crossed", String(Date.now()));
      report("m1", spent);
      if (spent >= note) fs.appendFileSync("alive", Date.now() + "\\n");
    }, 2);
    return;
  }
  report("m1", tokens);
  if (ends === "stay") { setInterval(() => {}, 1000); return; }
  say({ type: "result", subtype: ends === "held" ? "error_max_budget_usd" : "success", is_error: ends !== "end", result: ends === "fail" ? "API Error: 500 Internal server error" : "done",
    usage: { input_tokens: 0, output_tokens: tokens },
    ...(cost === null ? {} : { total_cost_usd: cost, model_usage_since_last_result: { sonnet: { costUSD: cost } } }) });
});
`;

/** Writes the program into a test's directory; answers the settings and the environment that make it the agent. */
export function spendingAgent(dir: string): { config: string; env: Record<string, string> } {
  mkdirSync(path.join(dir, "bin"), { recursive: true });
  const program = path.join(dir, "bin", "claude");
  writeFileSync(program, source);
  chmodSync(program, 0o755);
  return {
    config: `[agents.claude]\ncli_path = ${JSON.stringify(program)}`,
    env: { ANTHROPIC_API_KEY: "sk-test-0000000000" },
  };
}
