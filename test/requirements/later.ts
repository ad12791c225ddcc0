import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "issue 6",
    "web.task",
    "The task page shows stages, conversation, changes, evidence, rounds, logs and cost.",
  ],
  ["issue 6", "web.live", "The dashboard resumes without a gap and says how old what it shows is."],
  ["issue 6", "web.keyboard", "Everything works by keyboard and on a phone."],
  ["issue 6", "web.accessible", "Every screen passes axe in both themes."],
  ["issue 6", "web.inert", "Text of agents is inert wherever it appears."],
  [
    "issue 6",
    "bench.web",
    "First load is under 250 kB of script, and the page stays responsive at 5,000 events a second.",
  ],
  ["DESIGN 8", "tui", "A terminal interface shows and steers tasks."],
  ["DESIGN 8", "worker.remote", "Workers on other machines run attempts over Postgres."],
  ["DESIGN 8", "metrics.prometheus", "Metrics are offered to Prometheus."],
];

/** What later issues promise beyond the seeds. */
export const laterRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "planned",
}));
