import type { DayStats } from "@harness/protocol";
import { count, duration, money, type PlotSeries, percent } from "../../ui/index.ts";

/** A plot of some days, ready to be shown. */
export interface DayPlot {
  readonly title: string;
  readonly summary: string;
  readonly series: readonly PlotSeries[];
  readonly kind: "bars" | "lines";
  readonly unit: "count" | "money" | "share" | "time";
  readonly blank: string;
}

/** A calendar day as it is said: short below a plot, whole in its table. */
export function dayName(day: string, whole = false): string {
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
    ...(whole ? { year: "numeric" } : {}),
  });
}

/** The plots people look at, of these days. */
export function dayPlots(days: readonly DayStats[]): DayPlot[] {
  return [throughput(days), cost(days), durations(days), queue(days), passRates(days), grades(days)];
}

const looks = {
  first: { colour: "accent", mark: "solid" },
  second: { colour: "review", mark: "striped" },
  third: { colour: "done", mark: "dotted" },
  fourth: { colour: "muted", mark: "crossed" },
  fifth: { colour: "muted", mark: "hollow" },
} as const;

const sum = (days: readonly DayStats[], of: (day: DayStats) => number) =>
  days.reduce((total, day) => total + of(day), 0);

function throughput(days: readonly DayStats[]): DayPlot {
  const statuses = {
    done: looks.first,
    no_change: looks.second,
    failed: { colour: "broken", mark: "crossed" },
    budget_exhausted: looks.third,
    cancelled: looks.fifth,
  } as const;
  const names = Object.keys(statuses) as (keyof typeof statuses)[];
  const totals = names.map((name) => ({ name, total: sum(days, ({ ended }) => ended[name]) }));
  const all = totals.reduce((total, one) => total + one.total, 0);
  const parts = totals
    .filter(({ total }) => total > 0)
    .map(({ name, total }) => `${total} ${name.replaceAll("_", " ")}`);
  return {
    title: "Throughput",
    summary: all === 0 ? "No task ended." : `${tasks(all)} ended: ${parts.join(", ")}.`,
    series: names.map((name) => ({
      name: name.replaceAll("_", " "),
      ...statuses[name],
      values: days.map(({ ended }) => ended[name]),
    })),
    kind: "bars",
    unit: "count",
    blank: "none",
  };
}

function cost(days: readonly DayStats[]): DayPlot {
  const known = sum(days, (day) => day.cost_known_usd);
  const unknown = sum(days, (day) => day.unknown_turns);
  return {
    title: "Cost",
    summary:
      unknown === 0
        ? `${money(known)} in all.`
        : `${known === 0 ? "No cost is known" : `${money(known)} are known`}; ${unknown} ${unknown === 1 ? "turn has" : "turns have"} no known cost and are not in it.`,
    series: [
      {
        name: "known whole",
        ...looks.first,
        values: days.map(({ cost_usd }) => cost_usd),
        blanks: days.map(({ cost_usd }) => (cost_usd === null ? "unknown" : "–")),
      },
      {
        name: "known part, the day cost more",
        colour: "accent",
        mark: "hollow",
        values: days.map(({ cost_usd, cost_known_usd }) =>
          cost_usd === null && cost_known_usd > 0 ? cost_known_usd : null,
        ),
      },
    ],
    kind: "bars",
    unit: "money",
    blank: "–",
  };
}

function durations(days: readonly DayStats[]): DayPlot {
  const newest = days.findLast(({ duration: { of } }) => of > 0);
  return {
    title: "Durations",
    summary:
      newest === undefined
        ? "No task that was started ended."
        : `On ${dayName(newest.day)} half of ${tasks(newest.duration.of)} took up to ${duration(newest.duration.median_ms ?? 0)}, nine of ten up to ${duration(newest.duration.p90_ms ?? 0)}.`,
    series: [
      { name: "median", ...looks.first, values: days.map((day) => day.duration.median_ms) },
      { name: "nine of ten", ...looks.second, values: days.map((day) => day.duration.p90_ms) },
    ],
    kind: "lines",
    unit: "time",
    blank: "no task",
  };
}

function queue(days: readonly DayStats[]): DayPlot {
  const deepest = days.reduce<DayStats | undefined>(
    (most, day) => (day.deepest_queue > (most?.deepest_queue ?? 0) ? day : most),
    undefined,
  );
  return {
    title: "Queue",
    summary:
      deepest === undefined
        ? "No task had to wait."
        : `At most ${tasks(deepest.deepest_queue)} waited at once, on ${dayName(deepest.day)}.`,
    series: [{ name: "waited at once", ...looks.second, values: days.map((day) => day.deepest_queue) }],
    kind: "bars",
    unit: "count",
    blank: "none",
  };
}

function passRates(days: readonly DayStats[]): DayPlot {
  const share = (part: number, of: number) => (of === 0 ? null : part / of);
  const said = (what: string, verb: string, part: number, of: number) =>
    of === 0 ? `no ${what}` : `the ${what} ${verb} ${part} of ${of} (${percent(part / of)})`;
  const validated = sum(days, ({ first_validation: { of } }) => of);
  const passed = sum(days, ({ first_validation }) => first_validation.passed);
  const reviewed = sum(days, ({ first_review: { of } }) => of);
  const approved = sum(days, ({ first_review }) => first_review.approved);
  const words = `${said("first validation", "passed", passed, validated)}, ${said("first review", "approved", approved, reviewed)}.`;
  return {
    title: "Pass rates",
    summary: words[0]!.toUpperCase() + words.slice(1),
    series: [
      {
        name: "first validation",
        ...looks.first,
        values: days.map(({ first_validation: { passed: part, of } }) => share(part, of)),
      },
      {
        name: "first review",
        ...looks.second,
        values: days.map(({ first_review: { approved: part, of } }) => share(part, of)),
      },
    ],
    kind: "lines",
    unit: "share",
    blank: "no task",
  };
}

function grades(days: readonly DayStats[]): DayPlot {
  const letters = {
    A: looks.first,
    B: looks.second,
    C: looks.third,
    D: looks.fourth,
    none: looks.fifth,
  } as const;
  const names = Object.keys(letters) as (keyof typeof letters)[];
  const totals = names.map((name) => [name, sum(days, (day) => day.grades[name])] as const);
  const parts = totals
    .filter(([, total]) => total > 0)
    .map(([name, total]) => (name === "none" ? `${count(total)} without a grade` : `${total} × ${name}`));
  return {
    title: "Grades",
    summary: parts.length === 0 ? "No finished task has a grade." : `${parts.join(", ")}.`,
    series: names.map((name) => ({
      name: name === "none" ? "no grade" : name,
      ...letters[name],
      values: days.map((day) => day.grades[name]),
    })),
    kind: "bars",
    unit: "count",
    blank: "none",
  };
}

function tasks(n: number): string {
  return n === 1 ? "1 task" : `${n} tasks`;
}
