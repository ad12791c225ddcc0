import type { DayStats, Result } from "@harness/protocol";
import { defaultProject, getProject, type ProjectRecord } from "../projects/index.ts";
import { listProblems } from "../reports/index.ts";
import type { OperationsDeps } from "./deps.ts";
import type { Caller, Handlers } from "./invoke.ts";
import { statsHandlers } from "./stats-handlers.ts";

type Health = Result<"health/check">;

const DAYS = 14;
const SIGNALS = 50;
const LETTERS = ["A", "B", "C", "D"] as const;

/** How a project does. */
export function healthHandlers(deps: OperationsDeps): Pick<Handlers, "health/check"> {
  return {
    "health/check": async ({ project, project_root }, caller) => {
      const key = project ?? project_root;
      const db = deps.storage.reader;
      return healthOf(deps, key === undefined ? await defaultProject(db) : await getProject(db, key), caller);
    },
  };
}

async function healthOf(deps: OperationsDeps, project: ProjectRecord, caller: Caller): Promise<Health> {
  const now = deps.clock.now();
  const filter = { kinds: undefined, project_id: project.id };
  const [{ problems }, { days }] = await Promise.all([
    listProblems(deps.storage.reader, filter, now),
    statsHandlers(deps)["stats/series"]({ days: DAYS, project_id: [project.id] }, caller),
  ]);
  const signals = problems.slice(0, SIGNALS);
  const first = signals.flatMap(({ commands }) => commands.slice(0, 1));
  return {
    project_id: project.id,
    project: project.name,
    checked_at: new Date(now).toISOString(),
    healthy: problems.length === 0,
    quality: qualityOf(days),
    violations: null,
    signals,
    recommendations: [...new Set([...first, ...unprovenAdvice(project)])],
  };
}

/** The work of some days, added up. */
function qualityOf(days: readonly DayStats[]): Health["quality"] {
  const sum = (count: (day: DayStats) => number) => days.reduce((all, day) => all + count(day), 0);
  const grades = {
    A: sum((day) => day.grades.A),
    B: sum((day) => day.grades.B),
    C: sum((day) => day.grades.C),
    D: sum((day) => day.grades.D),
    none: sum((day) => day.grades.none),
  };
  return {
    grade: middleOf(grades),
    grades,
    done: sum(({ ended }) => ended.done + ended.no_change),
    failed: sum(({ ended }) => ended.failed + ended.budget_exhausted),
    first_validation: {
      passed: sum((day) => day.first_validation.passed),
      of: sum((day) => day.first_validation.of),
    },
    first_review: {
      approved: sum((day) => day.first_review.approved),
      of: sum((day) => day.first_review.of),
    },
  };
}

/** Of an even number the worse of the two in the middle. */
function middleOf(grades: Health["quality"]["grades"]): Health["quality"]["grade"] {
  const all = LETTERS.flatMap((letter) => Array.from({ length: grades[letter] }, () => letter));
  return all[Math.floor(all.length / 2)] ?? null;
}

function unprovenAdvice({ name, settings: { validation } }: ProjectRecord): string[] {
  if (validation !== "none" && validation.length > 0) return [];
  return [`harness project set ${name} --validation "a command that proves its work"`];
}
