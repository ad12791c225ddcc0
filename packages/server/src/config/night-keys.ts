import { key } from "./key.ts";
import { amount, integer, line, pattern, type ValueType } from "./value-type.ts";

/** A time zone by its IANA name. */
const timezone: ValueType<string> = {
  schema: line(100).refine(isTimezone),
  expected: 'a time zone of the IANA list, such as "Europe/Berlin"',
  kind: "plain",
  fromText: (text) => text,
};

/** When a night begins, what all projects together may use in it, and when a task goes in circles. */
export const nightKeys = {
  "night.starts_at": key(
    pattern(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day, such as "18:30"'),
    "12:00",
    "When a night begins, as clocks in `night.timezone` show it. It lasts until the next one begins.",
  ),
  "night.timezone": key(
    timezone,
    null,
    "Time zone of `night.starts_at`, by its IANA name; unset means the machine's.",
  ),
  "night.max_budget_usd": key(
    amount(1_000_000),
    null,
    "Money all projects together may use in one night; unset means no limit. It cannot be held when a cost is not known: such a turn stops the night, so limit tokens where agents do not report costs.",
  ),
  "night.max_tokens": key(
    integer(1, 1_000_000_000_000, "tokens"),
    null,
    "Tokens all projects together may use in one night; unset means no limit.",
  ),
  "night.max_wall_secs": key(
    integer(1, 31_536_000, "seconds"),
    null,
    "Time attempts may run in one night, added up over all projects; unset means no limit.",
  ),
  "night.max_turns": key(
    integer(1, 1_000_000_000),
    null,
    "Agent turns of all projects in one night; unset means no limit.",
  ),
  "night.max_attempts": key(
    integer(1, 1_000_000_000),
    null,
    "Attempts of all projects in one night; unset means no limit.",
  ),
  "limits.max_wall_secs": key(
    integer(1, 31_536_000, "seconds"),
    null,
    "Time the attempts of a task may run in all; unset means no limit.",
  ),
  "limits.no_progress_turns": key(
    integer(1, 100),
    3,
    "Turns of the implementer that brought neither a new diff nor a new test result, after which the attempt fails.",
  ),
  "limits.same_failure_times": key(
    integer(2, 100),
    3,
    "Times in a row the same failure may happen before the task fails and is not tried again.",
  ),
} as const;

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
