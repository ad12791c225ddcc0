import { key } from "./key.ts";
import { integer } from "./value-type.ts";

/** Settings of how long agents' accounts wait for their providers. */
export const accountKeys = {
  "limits.wake_jitter_secs": key(
    integer(0, 3600, "seconds"),
    60,
    "Longest random pause after a quota is back, before the account is used again.",
  ),
  "limits.quota_retry_secs": key(
    integer(1, 86_400, "seconds"),
    3600,
    "Wait for a used-up quota when the provider does not say when it is back; doubles each time, up to 6 hours.",
  ),
  "limits.breaker_failures": key(
    integer(1, 1000),
    5,
    "Failures of a provider in a row, after which nothing more of its account is started until one turn was tried.",
  ),
  "limits.breaker_window_secs": key(
    integer(1, 86_400, "seconds"),
    600,
    "Time in which these failures must happen; older ones do not count.",
  ),
  "limits.breaker_cooldown_secs": key(
    integer(1, 86_400, "seconds"),
    60,
    "First rest of such an account before one turn tries it; doubles with each try that fails, up to 6 hours.",
  ),
  "limits.max_redeliveries": key(
    integer(0, 1000),
    5,
    "Times a task's prompts are given again after a used-up quota, before a person is asked.",
  ),
} as const;
