/** What a clock on a wall shows. */
export interface WallTime {
  readonly year: number;
  /** 0 is January. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/**
 * What clocks in a time zone show at an instant (epoch milliseconds). `null` is the zone of this machine, which needs
 * none of the tables of zones: those cost a starting server ten megabytes.
 */
export function wallTimeAt(zone: string | null, instant: number): WallTime {
  if (zone === null) {
    const at = new Date(instant);
    return {
      year: at.getFullYear(),
      month: at.getMonth(),
      day: at.getDate(),
      hour: at.getHours(),
      minute: at.getMinutes(),
    };
  }
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const part = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const get = (name: Intl.DateTimeFormatPartTypes) => part.get(name) ?? 0;
  return {
    year: get("year"),
    month: get("month") - 1,
    day: get("day"),
    hour: get("hour"),
    minute: get("minute"),
  };
}

/**
 * The instant (epoch milliseconds) at which clocks in a zone show a time; days beyond the month count on. A time that
 * a change of the clocks leaves out is taken as the moment after the gap.
 */
export function instantOf(zone: string | null, wall: WallTime): number {
  const { year, month, day, hour, minute } = wall;
  if (zone === null) return new Date(year, month, day, hour, minute).getTime();
  const wanted = Date.UTC(year, month, day, hour, minute);
  const off = (at: number) => {
    const shown = wallTimeAt(zone, at);
    return wanted - Date.UTC(shown.year, shown.month, shown.day, shown.hour, shown.minute);
  };
  // Two steps settle around a change of offset; a time that is never shown lies between the last two.
  const near = wanted + off(wanted);
  const instant = near + off(near);
  return off(instant) === 0 ? instant : Math.max(near, instant);
}
