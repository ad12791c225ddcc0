import { z } from "zod";
import { classifyFailure, type Failure } from "../failure.ts";
import { bounded } from "../json-line.ts";
import { resetTime, toIso } from "../reset-time.ts";

const MAX_WORDS = 4_000;

/** What the endpoints' error bodies say beyond their words: Anthropic's `details.error_code`, OpenAI's `code`. */
const Body = z.looseObject({
  error: z.looseObject({
    type: z.string().nullish(),
    code: z.union([z.string(), z.number()]).nullish(),
    details: z.looseObject({ error_code: z.string().nullish() }).nullish(),
  }),
});

/** Whether the endpoint says that the conversation is longer than its model can hold. */
export function tooLong(error: unknown): boolean {
  const words = error instanceof Error ? error.message : String(error);
  return /too long|too large|context[ _](?:window|length|limit|size)|maximum context|exceeds? .{0,40}context/i.test(
    words,
  );
}

/** What an endpoint's failure means: its words and codes, its status, and the headers that say when to come back. */
export async function providerFailure(error: unknown, now: number): Promise<Failure> {
  const { APICallError, JSONParseError, RetryError, TypeValidationError } = await import("ai");
  const cause = RetryError.isInstance(error) ? error.lastError : error;
  const words = bounded(cause instanceof Error ? cause.message : String(cause), MAX_WORDS);
  if (TypeValidationError.isInstance(cause) || JSONParseError.isInstance(cause)) {
    const message = `The endpoint answered in a form its protocol does not have: ${bounded(words, 400)}`;
    return { kind: "protocol", message, retry: false };
  }
  if (!APICallError.isInstance(cause)) return classifyFailure(words, now);
  const { statusCode, responseBody = "", responseHeaders = {} } = cause;
  return endpointFailure({ words, status: statusCode, body: responseBody, headers: responseHeaders }, now);
}

/** The same for an answer of an endpoint, taken apart. */
export function endpointFailure(
  answer: {
    readonly words: string;
    readonly status: number | undefined;
    readonly body: string;
    readonly headers: Readonly<Record<string, string>>;
  },
  now: number,
): Failure {
  const { status, body, headers } = answer;
  // A proxy in between answers with a page instead of words, and newer HTTP has no words for a status.
  const words =
    answer.words.trim() || `The endpoint answered ${status ?? "no status"}: ${bounded(body.trim(), 400)}`;
  const codes = codesOf(body);
  const rejected = headers["anthropic-ratelimit-unified-status"] === "rejected";
  const known = classifyFailure(`${words} ${codes}`, now, rejected ? 402 : status);
  const failure: Failure = { ...known, message: words };
  if (!failure.retry || failure.reset_at !== undefined) return failure;
  const reset_at =
    fromHeaders(headers, now) ??
    (failure.kind === "quota" ? (resetTime(body, now) ?? monthEnd(codes, now)) : undefined);
  return reset_at === undefined ? failure : { ...failure, reset_at };
}

function codesOf(body: string): string {
  try {
    const { error } = Body.parse(JSON.parse(body));
    return [error.type, error.code, error.details?.error_code].filter((code) => code != null).join(" ");
  } catch {
    return "";
  }
}

function fromHeaders(headers: Readonly<Record<string, string>>, now: number): string | undefined {
  const epoch = Number(headers["anthropic-ratelimit-unified-reset"]);
  if (epoch > 0) return toIso(epoch * 1000);
  const after = headers["retry-after"];
  if (after === undefined) return undefined;
  return Number(after) > 0 ? toIso(now + Number(after) * 1000) : toIso(Date.parse(after));
}

/** A tier's monthly spend limit is lifted when the month ends, in UTC. */
function monthEnd(codes: string, now: number): string | undefined {
  if (!codes.includes("enforced_spend_limit_reached")) return undefined;
  const today = new Date(now);
  return toIso(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1));
}
