import type { DayStats } from "@harness/protocol";
import { UsedInStretch, usedByStretch } from "../budgets/index.ts";
import { deepestQueues, type EndedAlike, TaskDay, taskDays, waitingTasks } from "../tasks/index.ts";
import { lastDays } from "./calendar.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Handlers } from "./invoke.ts";
import { type CountDays, keptSeries } from "./kept-series.ts";
import { projectIdsOf } from "./project-ids.ts";

/** Days that are shown unless told. */
const DAYS = 14;

const countUsed: CountDays<UsedInStretch> = (db, { days, projectIds }) => usedByStretch(db, days, projectIds);
const ofTasks = { kind: "tasks", schema: TaskDay, count: taskDays } as const;
const ofLedger = { kind: "ledger", schema: UsedInStretch, count: countUsed } as const;

/** Figures over time. */
export function statsHandlers(deps: OperationsDeps): Pick<Handlers, "stats/series"> {
  const { storage, clock, config } = deps;
  return {
    "stats/series": async ({ days: count = DAYS, project_id }) => {
      const db = storage.reader;
      const { timezone } = config.night;
      const projectIds = await projectIdsOf(db, project_id);
      const days = lastDays(clock.now(), timezone, count);
      const tasks = await keptSeries(deps, ofTasks, days, projectIds);
      const used = await keptSeries(deps, ofLedger, days, projectIds);
      const deepest = deepestQueues(tasks, await waitingTasks(db, projectIds));
      return {
        timezone: timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
        days: days.map(({ day, begins, ends }, i) => ({
          day,
          begins: new Date(begins).toISOString(),
          ends: new Date(ends).toISOString(),
          submitted: tasks[i]!.submitted,
          ...endsOf(tasks[i]!.ended),
          duration: tasks[i]!.duration,
          ...used[i]!,
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
