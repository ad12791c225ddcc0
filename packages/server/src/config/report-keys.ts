import { key } from "./key.ts";
import { integer, pattern } from "./value-type.ts";

/** Settings of the report, and of the longest wait a task may be found in by it. */
export const reportKeys = {
  "report.at": key(
    pattern(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as "07:00"'),
    null,
    "Time of day, in the server's time zone, at which a report of everything since the last such report is made; unset makes none by itself.",
  ),
  "limits.max_wait_secs": key(
    integer(1, 31_536_000, "seconds"),
    604_800,
    "Longest time a task may wait for one and the same thing, over all pauses; then it fails as `wait_expired` and keeps its work.",
  ),
} as const;
