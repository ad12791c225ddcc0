import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeRepository } from "./big-repository.ts";

/** Makes a small repository for threads to work in. */
export function smallRepository(folder: string): string {
  const root = join(folder, "repository");
  mkdirSync(root);
  makeRepository(root, 10);
  return root;
}

/** The moment on a clock all processes of this machine share, to a fraction of a millisecond. */
export function moment(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Writes a scripted agent that speaks Claude Code's protocol: whatever it is told in the middle of a turn it says
 * back with the moment it had the words; told to end, it does.
 */
export function steerableAgent(folder: string): string {
  const file = join(folder, "claude");
  writeFileSync(
    file,
    `#!${process.execPath}
if (process.argv.includes("--version")) { console.log("2.1.0 (Claude Code)"); process.exit(0); }
const say = (record) => process.stdout.write(JSON.stringify(record) + "\\n");
const usage = { input_tokens: 1, output_tokens: 1 };
let heard = 0;
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const at = performance.timeOrigin + performance.now();
  const record = JSON.parse(line);
  if (record.type !== "user") return;
  if (heard === 0) say({ type: "system", subtype: "init", model: "scripted", capabilities: ["msg_lifecycle_v1"] });
  if (record.uuid) say({ type: "command_lifecycle", command_uuid: record.uuid, state: "started" });
  heard += 1;
  const words = record.message.content[0].text;
  const content = [{ type: "text", text: heard === 1 ? "begun" : words + " " + at }];
  say({ type: "assistant", message: { id: "m" + heard, content, usage } });
  if (words === "end")
    say({ type: "result", subtype: "success", is_error: false, result: "done", usage, total_cost_usd: 0.01 });
});
`,
  );
  chmodSync(file, 0o755);
  return file;
}
