import type { PolicyExplanation } from "@harness/protocol";
import { type CommandDefinition, operationCommand } from "../command.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";
import { textOfOption } from "./rule.ts";

const tones = { allow: "green", prompt: "yellow", forbidden: "red" } as const;

const explain = operationCommand("policy/explain", {
  positionals: [{ param: "command", doc: "The command line, in quotes", required: true }],
  notes: "Nothing is run.",
  show(explanation, { out }) {
    out.facts([
      ["decision", explanation.decision, tones[explanation.decision]],
      ["because", explanation.reason],
      ["rule", explanation.rule?.id ?? null],
    ]);
    for (const segment of explanation.segments) showSegment(segment, out);
    return undefined;
  },
});

function showSegment(segment: PolicyExplanation["segments"][number], out: Screen): void {
  const inside = segment.via.length === 0 ? "" : ` (in ${segment.via.join(", ")})`;
  const decision = out.paint(tones[segment.decision], segment.decision);
  out.line("");
  out.line(`${decision}  ${neutralLine(`${segment.words.join(" ")}${inside}`)}`);
  out.line(`  ${neutralLine(segment.reason)}`);
  for (const target of segment.writes) out.line(`  writes ${neutralLine(target)}`);
  for (const rule of segment.tried) {
    const fits = rule.matched === null ? "no " : "yes";
    out.line(`  ${fits} ${neutralLine(`${rule.id}  ${rule.decision}  ${rule.says}`)}`);
  }
}

const dryRun = operationCommand("policy/dry_run", {
  absent: { text: "it is read from the file of --rules" },
  extras: [{ flags: "--rules <file>", doc: "A file of rules in place of those in force", path: "rules" }],
  notes: "Nothing is run and nothing changes: past commands are judged again.",
  prepare: (typed, _, context) => textOfOption(typed, context),
  show({ decisions, changed }, { out, err }) {
    err.line(`${decisions} past decisions judged again, ${changed.length} kinds of them would change.`);
    out.table(changed, [
      { head: "was", cell: ({ was }) => was },
      { head: "now", cell: ({ now }) => now },
      { head: "times", cell: ({ times }) => String(times), alignRight: true },
      { head: "command", cell: ({ command }) => command, elastic: true },
      { head: "because", cell: ({ now_reason }) => now_reason },
    ]);
    return undefined;
  },
});

/** The commands about what the policy answers. */
export const policyCommands: readonly CommandDefinition[] = [explain, dryRun];
