import { type Approval, answerCommands } from "@harness/protocol";
import type { Context } from "../command.ts";
import { neutralBlock, neutralJson, neutralLine } from "../terminal/neutral.ts";
import type { Tone } from "../terminal/screen.ts";
import { ago, stamp } from "../terminal/words.ts";

const tones: Readonly<Record<Approval["status"], Tone>> = {
  pending: "yellow",
  allowed: "green",
  answered: "green",
  denied: "red",
  expired: "red",
  withdrawn: "dim",
};

/**
 * Exactly what an agent asks, with nothing cut and nothing that can move the cursor: what a person allows must be
 * what they read. A line break within a command is a line of its own with its mark.
 */
export function showApproval(approval: Approval, { out, surroundings }: Context): void {
  const { status, agent, kind, tool, command, paths, input, questions } = approval;
  const head = [
    out.paint(tones[status], status),
    neutralLine(approval.id),
    `${neutralLine(agent)} asks: ${kind}${tool === kind ? "" : ` (${neutralLine(tool)})`}`,
    out.paint("dim", ago(approval.created_at, surroundings.clock.now())),
  ];
  out.line(head.join("  "));
  for (const { id, text, options } of questions) {
    part("question", `${id}: ${text}`);
    for (const option of options) part("", `- ${option}`);
  }
  if (command !== null) part("command", command);
  for (const path of paths) part("path", path);
  // A question is its own input, and so is a command that stands there whole.
  if (command === null && questions.length === 0 && input !== null && input !== undefined)
    part("input", neutralJson(input));
  part("because", approval.why);
  if (approval.expires_at !== null)
    part("expires", `${stamp(approval.expires_at)}, then ${expiryText(approval)}`);
  if (approval.reason !== null) part("reason", approval.reason);
  if (approval.decided_by !== null) part("by", approval.decided_by);
  if (status === "pending") for (const run of answerCommands(approval).slice(0, 2)) part("run", run);

  function part(name: string, text: string): void {
    const [first = "", ...more] = neutralBlock(text).split("\n");
    out.line(`    ${out.paint("dim", name.padEnd(8))} ${first}`);
    for (const line of more) out.line(`    ${out.paint("dim", "┆".padStart(8))} ${line}`);
  }
}

function expiryText({ on_expiry }: Approval): string {
  if (on_expiry === "wait") return "it goes on waiting";
  return on_expiry === "deny" ? "it is denied" : "it is approved";
}
