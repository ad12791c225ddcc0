import type { BudgetState, NightBudget } from "@harness/protocol";
import { type CommandDefinition, operationCommand } from "../command.ts";
import { budgetLines, budgetText } from "../terminal/budget-words.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";
import { count, duration, stamp, usageText } from "../terminal/words.ts";

const night = operationCommand("budget/get", {
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

const list = operationCommand("budget/list", {
  notes: "Besides those of the night and of projects: [[budgets]] in the configuration.",
  show({ budgets }, { out }) {
    if (budgets.length === 0 && out.isTerminal) out.line("No budget has a limit.");
    out.table(budgets, [
      {
        head: "budget",
        cell: ({ id, scope, name }) => neutralLine(id.startsWith("project:") ? `${scope} ${name}` : id),
      },
      { head: "of", cell: (budget) => neutralLine(aboutText(budget)) },
      { head: "period", cell: ({ period }) => period },
      { head: "mode", cell: ({ mode }) => mode },
      {
        head: "used",
        cell: ({ used_percent }) => (used_percent === null ? "unknown" : `${Math.floor(used_percent)} %`),
        tone: ({ reached }) => (reached === null ? "dim" : "red"),
      },
      { head: "limits", cell: ({ caps, spent }) => budgetText(caps, spent) },
      {
        head: "reached",
        cell: ({ reached, mode, would_have_stopped }) =>
          mode === "shadow" && would_have_stopped > 0
            ? `${reached ?? ""} It would have stopped ${would_have_stopped}.`.trim()
            : (reached ?? ""),
        elastic: true,
      },
    ]);
    return undefined;
  },
});

/** The commands that show what may be used and what was. */
export const budgetCommands: readonly CommandDefinition[] = [night, list];

/** What a budget is about: everything, one thing, or several at once. */
function aboutText({ scope, name }: Pick<BudgetState, "scope" | "name">): string {
  if (name === null) return "everything";
  return scope === "combined" ? name : `${scope} ${name}`;
}

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
