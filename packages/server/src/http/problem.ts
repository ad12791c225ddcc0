import type { Socket } from "node:net";
import {
  type ErrorCode,
  errorCatalogue,
  HarnessError,
  isHarnessError,
  type Problem,
} from "@harness/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { safeHeaders } from "./protection.ts";

/** Seconds after which a busy server may be asked again, unless the failure says otherwise. */
const RETRY_AFTER_S = 5;
const RETRIED: readonly number[] = [429, 503, 507];

/** Where failures that are our own fault are written. */
export interface FailureLog {
  error(obj: object, msg: string): void;
}

/** Answers with the problem document of a failure and the headers that belong to its status. */
export function answerProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
  logger?: FailureLog,
): FastifyReply {
  const problem = toProblem(error, request.id);
  if (problem.code === "internal")
    logger?.error({ err: error, request_id: request.id, method: request.method }, "request failed");
  const retryAfter = problem.retry_after_s ?? (RETRIED.includes(problem.status) ? RETRY_AFTER_S : undefined);
  if (retryAfter !== undefined) reply.header("retry-after", String(Math.ceil(retryAfter)));
  if (problem.status === 401) reply.header("www-authenticate", 'Bearer realm="harness"');
  if (problem.status === 405) reply.header("allow", (problem.allowed ?? []).join(", "));
  return reply
    .code(problem.status)
    .headers({ ...safeHeaders, "x-request-id": request.id })
    .type("application/problem+json")
    .send(problem);
}

/** The problem document of a failure (RFC 9457). Anything that is not ours becomes `internal` and shows nothing of itself. */
export function toProblem(error: unknown, requestId: string | undefined): Problem {
  const known = isHarnessError(error) ? error : fromFramework(error);
  const { field, expected, got, allowed, hint, issues, retry_after_s } = known.details;
  const row = errorCatalogue[known.code];
  return {
    type: `urn:harness:error:${known.code}`,
    title: row.summary,
    status: row.http,
    detail: known.message,
    code: known.code,
    error: seedCode(known.code, field),
    ...(field === undefined ? {} : { field }),
    ...(expected === undefined ? {} : { expected }),
    ...(got === undefined ? {} : { got }),
    ...(allowed === undefined ? {} : { allowed: [...allowed] }),
    ...(hint === undefined ? {} : { hint }),
    ...(issues === undefined ? {} : { issues: issues.map((issue) => ({ ...issue })) }),
    ...(retry_after_s === undefined ? {} : { retry_after_s }),
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
}

/** Answers bytes that never became a request: too many headers, too slow, or no HTTP at all. */
export function answerUnparsed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, phrase] = unparsed[error.code ?? ""] ?? [400, "Bad Request"];
  const problem: Problem = {
    ...toProblem(
      new HarnessError("invalid_request", `The request was not understood: ${phrase}.`),
      undefined,
    ),
    status,
  };
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${phrase}\r\ncontent-type: application/problem+json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}

const unparsed: Readonly<Record<string, readonly [status: number, phrase: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout"],
  HPE_HEADER_OVERFLOW: [431, "Request Header Fields Too Large"],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, "Payload Too Large"],
};

/** Seed 1's lists name the parameter in the code itself: `invalid_status`, `invalid_limit`. */
function seedCode(code: ErrorCode, field: string | undefined): string {
  const name = /^(status|scheduler_state|kind|limit|cursor)\b/.exec(field ?? "")?.[1];
  return code === "invalid_params" && name !== undefined ? `invalid_${name}` : code;
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
  FST_ERR_BAD_URL: ["invalid_request", "The URL cannot be decoded."],
  FST_ERR_MAX_PARAM_LENGTH: ["invalid_request", "A part of the path is too long."],
};

function fromFramework(error: unknown): HarnessError {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const known = framework[code];
  if (known) return new HarnessError(known[0], known[1]);
  const status =
    typeof error === "object" && error !== null && "statusCode" in error ? Number(error.statusCode) : 500;
  if (status >= 400 && status < 500) return new HarnessError("invalid_request", "The request is malformed.");
  return new HarnessError(
    "internal",
    "The server failed. Its log has the cause under this request's id.",
    {},
    { cause: error },
  );
}
