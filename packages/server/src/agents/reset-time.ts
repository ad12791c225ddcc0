import { instantOf, wallTimeAt } from "@harness/protocol";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/**
 * Finds out when a used-up quota comes back, from the vendors' own words: `resets 3:30am (Europe/London)`,
 * `resets Nov 21, 10pm (UTC)`, `try again at Nov 21st, 2026 10:26 PM`, `try again in 2 hours 5 minutes`,
 * `resets_at: 1795300000`. A time of day is the next one after `now`. Undefined when the text does not say.
 */
export function resetTime(text: string, now: number): string | undefined {
  const epoch = /(?:resets?_?(?:at|s)["']?\s*[:=|]\s*["']?|limit reached\|)(\d{10,13})/i.exec(text)?.[1];
  if (epoch !== undefined) return toIso(Number(epoch) * (epoch.length > 10 ? 1 : 1000));
  const iso = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/.exec(text)?.[0];
  if (iso !== undefined) return toIso(Date.parse(iso));
  return relative(text, now) ?? calendarDay(text) ?? wallClock(text, now);
}

/** `regain access on 2027-01-01 at 00:00 UTC`: a date in figures, in UTC. */
function calendarDay(text: string): string | undefined {
  const found = /\b(\d{4}-\d\d-\d\d)(?: at)? (\d\d:\d\d)(?::\d\d)? ?UTC/i.exec(text);
  return found === null ? undefined : toIso(Date.parse(`${found[1]}T${found[2]}:00Z`));
}

/** The RFC 3339 form of an epoch time in milliseconds. */
export function toIso(epochMs: number): string | undefined {
  return Number.isFinite(epochMs) && Math.abs(epochMs) < 8.64e15
    ? new Date(epochMs).toISOString()
    : undefined;
}

function relative(text: string, now: number): string | undefined {
  const span = /\b(?:in|after) ((?:\d+(?:\.\d+)?\s*(?:ms|d|h|m|s)[a-z]*[\s,]*(?:and )?)+)/i.exec(text)?.[1];
  if (span === undefined) return undefined;
  let total = 0;
  for (const [, amount, unit] of span.matchAll(/(\d+(?:\.\d+)?)\s*(ms|d|h|m|s)[a-z]*/gi))
    total += Number(amount) * (UNIT_MS[(unit ?? "s").toLowerCase()] ?? 0);
  return total > 0 ? toIso(now + total) : undefined;
}

function wallClock(text: string, now: number): string | undefined {
  const pattern =
    /(?:resets?|again|back|until)(?: (?:at|on|after))? (?:([A-Z][a-z]{2})[a-z]* (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}),?)?(?: at)? )?(\d{1,2})(?::(\d\d))?\s*(am|pm)?(?:\s*\(([^)]+)\))?/i;
  const found = pattern.exec(text);
  if (found === null || (found[5] === undefined && found[6] === undefined)) return undefined;
  const zone = knownZone(found[7]);
  if (zone === undefined) return undefined;
  const hour =
    (Number(found[4]) % (found[6] === undefined ? 24 : 12)) + (found[6]?.toLowerCase() === "pm" ? 12 : 0);
  const minute = Number(found[5] ?? 0);
  if (minute > 59) return undefined;
  const today = wallTimeAt(zone, now);
  const month = found[1] === undefined ? undefined : MONTHS.indexOf(found[1].toLowerCase());
  if (month !== undefined) {
    if (month < 0) return undefined;
    const day = Number(found[2]);
    const year = found[3] === undefined ? today.year : Number(found[3]);
    // A day the month does not have is a misread text, not a date.
    if (new Date(Date.UTC(year, month, day)).getUTCMonth() !== month) return undefined;
    const at = instantOf(zone, { year, month, day, hour, minute });
    const passed = found[3] === undefined && at <= now;
    return toIso(passed ? instantOf(zone, { year: year + 1, month, day, hour, minute }) : at);
  }
  const at = instantOf(zone, { ...today, hour, minute });
  return toIso(at > now ? at : instantOf(zone, { ...today, day: today.day + 1, hour, minute }));
}

/** No zone in the text means the zone of this machine. */
function knownZone(name: string | undefined): string | undefined {
  const zone = name?.trim() ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
