const MINUTE_MS = 60_000;
/** More than a day with a clock change in it: quiet hours that began are over by then. */
const LONGEST_MINUTES = 26 * 60;

/** A part of the day, by a wall clock; it may go over midnight. */
export interface QuietHours {
  /** Minutes after midnight; included. */
  readonly from: number;
  /** Minutes after midnight; not included. */
  readonly to: number;
  /** IANA name; null is the machine's. */
  readonly timeZone: string | null;
}

/** Reads `22:00-07:00`, whose form the configuration has checked. */
export function parseQuietHours(text: string, timeZone: string | null): QuietHours {
  const [from = 0, to = 0] = text.split("-").map((time) => {
    const [hours = 0, minutes = 0] = time.split(":").map(Number);
    return hours * 60 + minutes;
  });
  return { from, to, timeZone };
}

/**
 * The end of the quiet hours a time lies in, or the time itself when it lies in none (epoch milliseconds). The wall
 * clock decides: where it is put forward or back, the quiet hours are shorter or longer with it.
 */
export function quietUntil(time: number, hours: QuietHours): number {
  const clock = wallClock(hours.timeZone);
  if (!isQuiet(clock(time), hours)) return time;
  let at = Math.floor(time / MINUTE_MS) * MINUTE_MS;
  for (let minutes = 0; minutes < LONGEST_MINUTES; minutes += 1) {
    at += MINUTE_MS;
    if (!isQuiet(clock(at), hours)) return at;
  }
  return at;
}

function isQuiet(minute: number, { from, to }: QuietHours): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** Minutes after midnight that a wall clock shows. */
function wallClock(timeZone: string | null): (time: number) => number {
  const format = new Intl.DateTimeFormat("en", {
    timeZone: timeZone ?? undefined,
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return (time) => {
    const [hours = 0, minutes = 0] = format.format(time).split(":").map(Number);
    return hours * 60 + minutes;
  };
}
