import { type Params, terminalStatuses } from "@harness/protocol";

/** What runs are filtered by, as it stands in the address of the screen. */
export interface RunWords {
  readonly q?: string;
  readonly status?: string;
  readonly project?: string;
  readonly agent?: string;
  readonly rating?: string;
  readonly since?: string;
}

const HOUR = 3_600_000;

/** How far back runs may be looked for, by its word in the address. */
export const spans = {
  day: { title: "Last 24 hours", ms: 24 * HOUR },
  week: { title: "Last 7 days", ms: 7 * 24 * HOUR },
  month: { title: "Last 30 days", ms: 30 * 24 * HOUR },
} as const satisfies Record<string, { title: string; ms: number }>;

/** Judgements runs may be filtered by. */
export const ratings = ["up", "down", "none"] as const;

/** The tasks to ask for: those that ended, as the words say. Words nobody knows are passed over. */
export function taskFilter(words: RunWords, now: number): Params<"task/list"> {
  const status = terminalStatuses.find((one) => one === words.status);
  const rating = ratings.find((one) => one === words.rating);
  const span = Object.entries(spans).find(([name]) => name === words.since)?.[1];
  return {
    ...(status === undefined ? { active: false } : { status: [status] }),
    ...(words.q ? { q: words.q.slice(0, 200) } : {}),
    ...(words.project ? { project_id: [words.project] } : {}),
    ...(words.agent ? { agent: [words.agent] } : {}),
    ...(rating === undefined ? {} : { rating }),
    ...(span === undefined ? {} : { created_after: new Date(now - span.ms).toISOString() }),
  };
}
