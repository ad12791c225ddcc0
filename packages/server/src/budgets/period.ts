import { type BudgetPeriod, instantOf, type WallTime, wallTimeAt } from "@harness/protocol";
import { type Night, type NightClock, nightAt } from "./night.ts";

const HOUR_MS = 3_600_000;

/** The time a budget is for: from its begin until the next one begins (epoch milliseconds). */
export interface Period {
  readonly begins: number;
  /** Null for one that never ends. */
  readonly ends: number | null;
}

/**
 * When the periods of budgets begin. Days, weeks (from Monday) and months are those of the calendar in the time zone of
 * the night, so each of them is a number of whole days; `total` is all the time there is.
 */
export class Periods {
  readonly #clock: NightClock;
  /** The ones asked for last: reports come by the thousand. */
  #night: Night | undefined;
  readonly #known = new Map<BudgetPeriod, Period>();

  constructor(clock: NightClock) {
    this.#clock = clock;
  }

  /** The night a moment lies in. */
  night(now: number): Night {
    const known = this.#night;
    if (known && known.begins <= now && now < known.ends) return known;
    const night = nightAt(now, this.#clock);
    this.#night = night;
    return night;
  }

  /** The period a moment lies in. */
  at(kind: BudgetPeriod, now: number): Period {
    if (kind === "night") return this.night(now);
    const known = this.#known.get(kind);
    if (known && known.begins <= now && (known.ends === null || now < known.ends)) return known;
    const period = calendarAt(kind, now, this.#clock.timezone);
    this.#known.set(kind, period);
    return period;
  }

  /** A stretch of time cut where a night or a day begins. */
  slices(from: number, to: number): { readonly from: number; readonly to: number }[] {
    const slices: { from: number; to: number }[] = [];
    for (let at = from; at < to; ) {
      const until = Math.min(to, this.night(at).ends, this.at("day", at).ends ?? to);
      slices.push({ from: at, to: until });
      at = until;
    }
    return slices;
  }
}

function calendarAt(kind: Exclude<BudgetPeriod, "night">, now: number, zone: string | null): Period {
  if (kind === "total") return { begins: 0, ends: null };
  const here = wallTimeAt(zone, now);
  const on = (month: number, day: number) => beginOf(zone, { ...here, month, day, hour: 0, minute: 0 });
  if (kind === "month") return { begins: on(here.month, 1), ends: on(here.month + 1, 1) };
  if (kind === "day") return { begins: on(here.month, here.day), ends: on(here.month, here.day + 1) };
  const monday = here.day - ((new Date(Date.UTC(here.year, here.month, here.day)).getUTCDay() + 6) % 7);
  return { begins: on(here.month, monday), ends: on(here.month, monday + 7) };
}

/** The first instant at which clocks show a time: where they are put back over midnight, they show it twice. */
function beginOf(zone: string | null, wall: WallTime): number {
  const instant = instantOf(zone, wall);
  const shown = (at: number) => Object.values(wallTimeAt(zone, at)).join(" ");
  return shown(instant - HOUR_MS) === shown(instant) ? instant - HOUR_MS : instant;
}
