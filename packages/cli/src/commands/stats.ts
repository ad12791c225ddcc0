import { type CommandDefinition, operationCommand } from "../command.ts";
import { duration } from "../terminal/words.ts";

const share = (part: number, of: number) => (of === 0 ? "" : `${Math.round((100 * part) / of)} %`);

/** What happened day by day, as a table. */
export const statsCommand: CommandDefinition = operationCommand("stats/series", {
  options: {
    project_id: [
      {
        flags: "--project <project>",
        doc: "Only of this project (repeatable)",
        path: "project_id",
        many: true,
      },
    ],
  },
  show({ timezone, days }, { out, err }) {
    out.table(days, [
      { head: "day", cell: ({ day }) => day },
      { head: "submitted", cell: ({ submitted }) => String(submitted) },
      { head: "done", cell: ({ ended }) => String(ended.done + ended.no_change) },
      { head: "failed", cell: ({ ended }) => String(ended.failed + ended.budget_exhausted) },
      { head: "cancelled", cell: ({ ended }) => String(ended.cancelled) },
      { head: "median", cell: ({ duration: d }) => (d.median_ms === null ? "" : duration(d.median_ms)) },
      { head: "p90", cell: ({ duration: d }) => (d.p90_ms === null ? "" : duration(d.p90_ms)) },
      { head: "first proof", cell: ({ first_validation: v }) => share(v.passed, v.of) },
      { head: "first review", cell: ({ first_review: r }) => share(r.approved, r.of) },
      {
        head: "cost",
        cell: (day) => `${day.cost_usd === null ? "over " : ""}$${day.cost_known_usd.toFixed(2)}`,
      },
      { head: "queue", cell: ({ deepest_queue }) => String(deepest_queue) },
    ]);
    if (out.isTerminal) err.line(`Days are those of ${timezone}.`);
    return undefined;
  },
});
