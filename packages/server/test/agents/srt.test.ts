import { execFile } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { isRoot, NOBODY, outputAsNobody } from "../sandbox/as-nobody.ts";
import { vendorPrograms } from "./world.ts";

const programs = vendorPrograms();
const script = fileURLToPath(new URL("srt-tasks.ts", import.meta.url));

describe.skipIf(programs === undefined)("the vendors' own programs under Anthropic's sandbox runtime", () => {
  // Not `it.each`: it cannot skip.
  for (const [writer, critic] of [
    ["claude", "codex"],
    ["codex", "claude"],
    ["opencode", "claude"],
  ] as const)
    it(`${writer} does a whole task and ${critic} reviews it [req:sandbox.srt-agents]`, async ({ skip }) => {
      const found = await output(writer, critic);
      if (typeof found === "string") return skip(found);
      const task = JSON.parse(found.stdout) as { status: string; why: { code: string; message: string } };
      if (task.why?.code === "sandbox_unavailable") return skip(task.why.message);
      expect(task).toEqual({
        status: "done",
        why: null,
        sandbox: { driver: "srt", profile: "workspace-write", network: "listed" },
        reviews: [
          ["changes_requested", critic],
          ["approved", critic],
        ],
        left: [],
      });
    }, 600_000);
});

/** How the task ended. The driver refuses root, so there another user works in a home of his own. */
async function output(...agents: readonly string[]): Promise<{ readonly stdout: string } | string> {
  const args = [...agents, JSON.stringify(programs)];
  if (!isRoot) return promisify(execFile)(process.execPath, ["--no-warnings", script, ...args]);
  const home = mkdtempSync("/var/tmp/harness-srt-");
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  chownSync(home, NOBODY, NOBODY);
  return outputAsNobody(script, args, { PATH: process.env["PATH"], HOME: home });
}
