import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "web.cost",
    "Cost is shown by night, project, agent, model, account, stage, role and task, as the ledger adds it up; what is unknown is said so.",
  ],
  ["web.cost.csv", "What the cost screen shows can be saved as CSV, in which no text is a formula."],
  ["web.budgets", "Every budget is shown with what was used, what is left and whom it holds."],
  [
    "web.operations",
    "Operations shows the server, its queues, accounts, disk, listeners and what runs and waits.",
  ],
  ["web.operations.clean", "Cleaning the disk says first what would go, and deletes only when told to."],
  [
    "web.plots",
    "Throughput, cost, durations, queue, pass rates and grades are plotted, and stand beside it as a sentence and a table.",
  ],
  [
    "web-figures.dear",
    "What is dear to answer is read anew at most once in five seconds however much happens, and the last is not lost.",
  ],
  ["web.plots.theme", "Plots take the colours of the theme, also when it changes."],
  ["web.reports", "Reports are listed, read and made in the dashboard."],
  [
    "web.figures.accessible",
    "Cost, operations and reports pass axe in both themes and fit a phone, a tablet and a desk.",
  ],
];

/** What the screens of figures promise. */
export const webFigureRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
}));
