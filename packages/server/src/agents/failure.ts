import type { FailureKind } from "./port.ts";
import { resetTime } from "./reset-time.ts";

/** What a provider's failure means for the next try. */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly retry: boolean;
  readonly reset_at?: string;
}

const QUOTA =
  /(?:usage|session|weekly|5-hour|five.hour|opus|sonnet|spend(?:ing)?|monthly) limit|hit your .{0,30}limit|limit reached|quota|credit balance|billing|out of (?:credits|extra usage)|insufficient (?:funds|credits)|payment required|\b402\b/i;
const AUTH =
  /not logged in|\b40[13]\b|unauthori[sz]ed|forbidden|permission_error|api[ -_]?key|authenticat|oauth|run \/login|codex login|refresh token|log(?:ged)? ?in again|please (?:log|sign) ?in/i;
const TRANSIENT =
  /overloaded|\b(?:408|409|425|429|5\d\d)\b|rate.?limit|too many requests|high demand|timed? ?out|temporar|server.?error|internal error|connection|network|socket|econn|enotfound|eai_again|fetch failed|stream (?:disconnected|closed|error)|disconnected/i;

/**
 * Sorts a provider's failure by what must happen before it can work. Only what the vendor says is read: status
 * first, then its words. What is not known is `unknown` and not repeated.
 */
export function classifyFailure(message: string, now: number, status?: number | null): Failure {
  const reset_at = resetTime(message, now);
  const quota = {
    kind: "quota",
    message,
    retry: true,
    ...(reset_at === undefined ? {} : { reset_at }),
  } as const;
  if (status === 402 || QUOTA.test(message)) return quota;
  if (status === 401 || status === 403) return { kind: "auth", message, retry: false };
  if (status === 429 || status === 408 || (status ?? 0) >= 500)
    return { kind: "transient", message, retry: true };
  if (AUTH.test(message)) return { kind: "auth", message, retry: false };
  if (TRANSIENT.test(message)) return { kind: "transient", message, retry: true };
  return { kind: "unknown", message, retry: false };
}
