import type { FailureKind } from "./port.ts";
import { resetTime } from "./reset-time.ts";

/** What a provider's failure means for the next try. */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  readonly retry: boolean;
  /** When the provider says it may be tried again: of a used-up quota, or of a rate limit. */
  readonly reset_at?: string;
}

/** Left out before the words are read: what Claude Code says of a mere rate limit, and addresses such as a billing page. */
const ASIDE = /\(not your usage limit\)|https?:\/\/\S+/gi;
/** A limit that is over within a minute is a rate limit, whatever it is called. */
const RATE = /per[ _-]?min|per[ _-]?second|\b[RT]PM\b|call rate limit/i;
/** What was bought or granted is used up; it comes back with time or money. */
const QUOTA =
  /(?:usage|session|weekly|daily|5-hour|five.hour|opus|sonnet|fable|spend(?:ing)?|monthly) limit|hit your .{0,30}limit|(?<!rate )limit reached|usage limits|quota|credit balance|billing|out of (?:codex messages|credits|extra usage)|insufficient[ _](?:funds|credits|balance)|payment required|spend_limit_reached/i;
/** The login is missing, refused, expired or not entitled. */
const AUTH =
  /not logged in|unauthori[sz]ed|permission_error|authentication_error|(?:invalid|incorrect|missing|expired|bad|no) .{0,12}api[ _-]?key|api[ _-]?key (?:is |was )?(?:not valid|invalid|missing|expired|not found)|authenticat|oauth|\/login|codex login|refresh token|(?:log|sign)(?:ged|ed)? ?in again|please (?:log|sign) ?in|(?:organization|account) (?:has been|is) (?:disabled|deactivated|suspended)|to use codex with your chatgpt plan/i;
/** The same request can never work. */
const PERMANENT =
  /invalid_request_error|invalid request|not_found_error|model[ _]not[ _]found|(?:no such|unknown|unsupported) model|issue with the selected model|model .{0,80}(?:does not exist|not found|not supported)|^model: \S+$|prompt is too long|too large|context (?:window|length)|maximum context/i;
/** It may pass by itself. */
const TRANSIENT =
  /overloaded|rate.?limit|too many requests|high demand|at capacity|timed? ?out|temporar|server.?error|internal error|connection|network|socket|econn|enotfound|eai_again|fetch failed|stream (?:disconnected|closed|error)|disconnected|unavailable/i;
/** The HTTP status where the vendors' programs write it into their words. */
const STATUS =
  /(?:unexpected status|last status:?|API Error:|HTTP(?: status)?|status(?: code)?:?|rejected \() ?([45]\d\d)\b/i;
const PASSING = new Set([408, 409, 425, 429]);

/**
 * Sorts a provider's failure by what must happen before it can work. Only what the vendor says is read, never what a
 * model wrote: its words for a quota first, for the status does not tell a quota from a rate limit, then the status,
 * then its other words. What is not known is `unknown` and not repeated.
 */
export function classifyFailure(message: string, now: number, given?: number | null): Failure {
  const words = message.replace(ASIDE, " ");
  const status = given ?? Number(STATUS.exec(words)?.[1] ?? 0);
  const kind = kindOf(words, status);
  const retry = kind === "quota" || kind === "transient";
  const reset_at = retry ? resetTime(words, now) : undefined;
  return { kind, message, retry, ...(reset_at === undefined ? {} : { reset_at }) };
}

function kindOf(words: string, status: number): FailureKind {
  if (status === 402 || (QUOTA.test(words) && !RATE.test(words))) return "quota";
  if (status === 401 || status === 403) return "auth";
  if (PASSING.has(status) || status >= 500) return "transient";
  if (AUTH.test(words)) return "auth";
  if (status >= 400 || PERMANENT.test(words)) return "permanent";
  return TRANSIENT.test(words) ? "transient" : "unknown";
}

/** The end of what a program wrote on standard error: above it may stand anything, also the words of a model. */
export function lastWords(stderr: string): string {
  return stderr.trim().split("\n").slice(-3).join("\n").slice(-2000);
}
