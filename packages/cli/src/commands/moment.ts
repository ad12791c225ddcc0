import { usageFailure } from "../failure.ts";

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * A moment as a person names it: so long ago (`8h`, `30m`, `2d`), a time of day (`22:00`: the last time clocks here
 * showed it), or RFC 3339. Answers RFC 3339 in UTC.
 */
export function readMoment(text: string, now: number, flag: string): string {
  const ago = /^(\d{1,6})(s|m|min|h|d)$/.exec(text);
  if (ago) return new Date(now - Number(ago[1]) * (UNITS[ago[2] ?? ""] ?? 0)).toISOString();
  const daytime = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (daytime) {
    const day = new Date(now);
    day.setHours(Number(daytime[1]), Number(daytime[2]), 0, 0);
    if (day.getTime() > now) day.setDate(day.getDate() - 1);
    return day.toISOString();
  }
  const date = Date.parse(text);
  if (/^\d{4}-\d\d-\d\dT/.test(text) && /(Z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(date))
    return new Date(date).toISOString();
  throw usageFailure(
    `${flag}: expected 8h, 2d, 22:00 or a time such as 2026-01-02T07:00:00Z, got ${JSON.stringify(text.slice(0, 60))}.`,
    { field: flag },
  );
}
