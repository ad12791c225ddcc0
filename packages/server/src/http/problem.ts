import {
  type ErrorCode,
  errorCatalogue,
  HarnessError,
  isHarnessError,
  type Problem,
} from "@harness/protocol";

/** The problem document of a failure (RFC 9457). Anything that is not ours becomes `internal` and shows nothing of itself. */
export function toProblem(error: unknown, requestId: string): Problem {
  const known = isHarnessError(error) ? error : fromFramework(error);
  const row = errorCatalogue[known.code];
  const { field, expected, got, allowed, hint, issues, retry_after_s } = known.details;
  return {
    type: `about:blank#${known.code}`,
    title: row.summary,
    status: row.http,
    detail: known.message,
    code: known.code,
    error: known.code,
    ...(field === undefined ? {} : { field }),
    ...(expected === undefined ? {} : { expected }),
    ...(got === undefined ? {} : { got }),
    ...(allowed === undefined ? {} : { allowed: [...allowed] }),
    ...(hint === undefined ? {} : { hint }),
    ...(issues === undefined ? {} : { issues: issues.map((issue) => ({ ...issue })) }),
    ...(retry_after_s === undefined ? {} : { retry_after_s }),
    request_id: requestId,
  };
}

/** What the framework's own errors mean in our words. */
const framework: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ["payload_too_large", "The body is larger than server.max_body_bytes allows."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ["unsupported_media_type", "Send the body as application/json."],
  FST_ERR_CTP_EMPTY_TYPE: ["unsupported_media_type", "Send the body as application/json."],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    "invalid_request",
    "The body does not have the length that was announced.",
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["invalid_json", "The body is empty; send a JSON object."],
  FST_ERR_BAD_URL: ["invalid_request", "The URL cannot be decoded."],
  FST_ERR_ASYNC_CONSTRAINT: ["invalid_request", "The request cannot be routed."],
  FST_ERR_MAX_PARAM_LENGTH: ["invalid_request", "A part of the path is too long."],
};

function fromFramework(error: unknown): HarnessError {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const known = framework[code];
  if (known) return new HarnessError(known[0], known[1]);
  const status =
    typeof error === "object" && error !== null && "statusCode" in error ? Number(error.statusCode) : 500;
  if (status === 429)
    return new HarnessError("rate_limited", "Too many requests from this address.", { retry_after_s: 60 });
  if (status >= 400 && status < 500) return new HarnessError("invalid_request", "The request is malformed.");
  return new HarnessError(
    "internal",
    "The server failed. Its log has the cause under this request's id.",
    {},
    { cause: error },
  );
}
