import { Temporal } from "temporal-polyfill";

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
export function nightAt(now: number, clock: NightClock): Night {
  const zone = clock.timezone ?? Temporal.Now.timeZoneId();
  const here = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  const on = (days: number) =>
    here.toPlainDate().add({ days }).toZonedDateTime({ timeZone: zone, plainTime: clock.starts_at })
      .epochMilliseconds;
  const today = on(0);
  return today <= now ? { begins: today, ends: on(1) } : { begins: on(-1), ends: today };
}
