import { instantOf, wallTimeAt } from "@harness/protocol";

/** When nights begin. */
export interface NightClock {
  /** HH:MM, as clocks in the time zone show it. */
  readonly starts_at: string;
  /** IANA name; null is the machine's. */
  readonly timezone: string | null;
}

/** One night: from its begin until the next one begins (epoch milliseconds). */
export interface Night {
  readonly begins: number;
  readonly ends: number;
}

/**
 * The night a moment lies in. It lasts from one `starts_at` to the next: 24 hours, but 23 or 25 when the zone
 * changes its clocks. A time of day that such a change leaves out is taken as the moment after the gap.
 */
export function nightAt(now: number, { starts_at, timezone }: NightClock): Night {
  const here = wallTimeAt(timezone, now);
  const [hour = 0, minute = 0] = starts_at.split(":").map(Number);
  const on = (days: number) => instantOf(timezone, { ...here, day: here.day + days, hour, minute });
  const today = on(0);
  return today <= now ? { begins: today, ends: on(1) } : { begins: on(-1), ends: today };
}
