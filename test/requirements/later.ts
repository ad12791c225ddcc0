import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
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
