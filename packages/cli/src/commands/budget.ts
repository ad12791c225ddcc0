import type { NightBudget } from "@harness/protocol";
import { type CommandDefinition, operationCommand } from "../command.ts";
import { budgetLines, budgetText } from "../terminal/budget-words.ts";
import type { Screen } from "../terminal/screen.ts";
import { count, duration, stamp, usageText } from "../terminal/words.ts";

/** What the night may cost and what it did. */
export const budgetCommand: CommandDefinition = operationCommand("budget/get", {
  notes: "Limits of a night: [night] in the configuration; of a project: harness project set NAME --night-….",
  show(night, { out, surroundings }) {
    const left = Date.parse(night.ends_at) - surroundings.clock.now();
    out.facts([
      ["night", [night.begins_at, night.ends_at].map(out.isTerminal ? stamp : String).join(" to ")],
      ["left", out.isTerminal ? duration(Math.max(0, left)) : null],
      ...budgetLines(night.all.caps, night.all.spent),
      ["reached", night.all.reached, "red"],
    ]);
    showProjects(night.projects, out);
    return undefined;
  },
});

function showProjects(projects: NightBudget["projects"], out: Screen): void {
  if (projects.length === 0) return;
  out.line();
  out.table(projects, [
    { head: "project", cell: ({ project }) => project },
    { head: "used", cell: ({ spent }) => usedText(spent) },
    { head: "limits", cell: ({ caps, spent }) => budgetText(caps, spent) || "none" },
    { head: "reached", cell: ({ reached }) => reached ?? "", tone: () => "red", elastic: true },
  ]);
}

function usedText({ total_tokens, cost_usd, turns }: NightBudget["all"]["spent"]): string {
  const usage = usageText({ input_tokens: 0, output_tokens: 0, cached_tokens: 0, total_tokens, cost_usd });
  return `${usage}, ${count(turns, "turn")}`;
}
