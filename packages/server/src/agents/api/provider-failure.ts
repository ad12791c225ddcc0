import { classifyFailure, type Failure } from "../failure.ts";
import { resetTime, toIso } from "../reset-time.ts";

/** What an endpoint's failure means: its words, its status, and the headers that say when to come back. */
export async function providerFailure(error: unknown, now: number): Promise<Failure> {
  const { APICallError, RetryError } = await import("ai");
  const cause = RetryError.isInstance(error) ? error.lastError : error;
  const words = cause instanceof Error ? cause.message : String(cause);
  if (!APICallError.isInstance(cause)) return classifyFailure(words, now);
  const failure = classifyFailure(words, now, cause.statusCode);
  if (failure.kind !== "quota" || failure.reset_at !== undefined) return failure;
  const reset_at = fromHeaders(cause.responseHeaders ?? {}, now) ?? resetTime(cause.responseBody ?? "", now);
  return reset_at === undefined ? failure : { ...failure, reset_at };
}

function fromHeaders(headers: Readonly<Record<string, string>>, now: number): string | undefined {
  const epoch = Number(headers["anthropic-ratelimit-unified-reset"]);
  if (epoch > 0) return toIso(epoch * 1000);
  const after = headers["retry-after"];
  if (after === undefined) return undefined;
  return Number(after) > 0 ? toIso(now + Number(after) * 1000) : toIso(Date.parse(after));
}
