import { instantOf, wallTimeAt } from "@harness/protocol";
import type { Stretch } from "../storage/index.ts";

/** One day as a calendar on the wall counts it. */
export interface CalendarDay extends Stretch {
  /** `2026-01-31`. */
  readonly day: string;
}

/** The last days in a time zone (null: the machine's), the oldest first and today last, from midnight to midnight. */
export function lastDays(now: number, timezone: string | null, count: number): CalendarDay[] {
  const today = wallTimeAt(timezone, now);
  const midnight = (back: number) =>
    instantOf(timezone, { ...today, day: today.day - back, hour: 0, minute: 0 });
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index;
    const date = new Date(Date.UTC(today.year, today.month, today.day - back));
    return { day: date.toISOString().slice(0, 10), begins: midnight(back), ends: midnight(back - 1) };
  });
}
