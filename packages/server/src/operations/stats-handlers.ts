import type { DayStats } from "@harness/protocol";
import { type UsedInStretch, usedByStretch } from "../budgets/index.ts";
import {
  deepestQueues,
  durationsByDay,
  type EndedAlike,
  endedByDay,
  submittedByDay,
} from "../tasks/index.ts";
import { lastDays } from "./calendar.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { projectIdsOf } from "./project-ids.ts";

/** Days that are shown unless told. */
const DAYS = 14;

const NOTHING_USED: UsedInStretch = {
  cost_usd: 0,
  cost_known_usd: 0,
  unknown_turns: 0,
  input_tokens: 0,
  cached_tokens: 0,
  output_tokens: 0,
};

/** Figures over time. */
export function statsHandlers({ storage, clock, config }: OperationsDeps): Pick<Handlers, "stats/series"> {
  return {
    "stats/series": async ({ days: count = DAYS, project_id }) => {
      const db = storage.reader;
      const { timezone } = config.night;
      const projectIds = await projectIdsOf(db, project_id);
      const days = lastDays(clock.now(), timezone, count);
      const of = { days, projectIds };
      const submitted = await submittedByDay(db, of);
      const ended = Map.groupBy(await endedByDay(db, of), ({ i }) => i);
      const durations = await durationsByDay(db, of);
      const used = await usedByStretch(db, days, projectIds);
      const deepest = await deepestQueues(db, of);
      return {
        timezone: timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
        days: days.map(({ day, begins, ends }, i) => ({
          day,
          begins: new Date(begins).toISOString(),
          ends: new Date(ends).toISOString(),
          submitted: submitted.get(i) ?? 0,
          ...endsOf(ended.get(i) ?? []),
          duration: durations.get(i) ?? { median_ms: null, p90_ms: null, of: 0 },
          ...(used.get(i) ?? NOTHING_USED),
          deepest_queue: deepest[i] ?? 0,
        })),
      };
    },
  };
}

type Ends = Pick<DayStats, "ended" | "first_validation" | "first_review" | "grades">;

/** What is told of the tasks that ended in one day. */
function endsOf(alike: readonly EndedAlike[]): Ends {
  const sum = (fits: (one: EndedAlike) => boolean) =>
    alike.reduce((total, one) => total + (fits(one) ? one.n : 0), 0);
  const status = (name: string) => sum((one) => one.status === name);
  const graded = (letter: string | null) =>
    sum((one) => one.grade_letter === letter && (one.status === "done" || one.status === "no_change"));
  return {
    ended: {
      done: status("done"),
      no_change: status("no_change"),
      failed: status("failed"),
      cancelled: status("cancelled"),
      budget_exhausted: status("budget_exhausted"),
    },
    first_validation: {
      passed: sum((one) => one.first_validation === 1),
      of: sum((one) => one.first_validation !== null),
    },
    first_review: {
      approved: sum((one) => one.first_review === 1),
      of: sum((one) => one.first_review !== null),
    },
    grades: { A: graded("A"), B: graded("B"), C: graded("C"), D: graded("D"), none: graded(null) },
  };
}
