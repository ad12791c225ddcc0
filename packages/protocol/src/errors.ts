import type { ErrorRow, Retry } from "./error-row.ts";
import { stateErrors } from "./state-errors.ts";

export type { Retry };

/**
 * Every failure a caller can meet, on every transport. The row is the whole mapping: a transport never chooses
 * a status itself. Adding a code here without documentation fails the docs test.
 */
export const errorCatalogue = {
  invalid_params: {
    http: 400,
    rpc: -32602,
    retry: "after_change",
    summary: "A parameter is missing, unknown or out of range.",
  },
  invalid_json: { http: 400, rpc: -32700, retry: "after_change", summary: "The body is not valid JSON." },
  invalid_cursor: {
    http: 400,
    rpc: -32602,
    retry: "after_change",
    summary: "The paging cursor is not one this server made.",
  },
  invalid_idempotency_key: {
    http: 400,
    rpc: -32602,
    retry: "after_change",
    summary: "The idempotency key is empty or too long.",
  },
  capability_missing: {
    http: 400,
    rpc: -32006,
    retry: "after_change",
    summary: "The request names a capability this version does not have yet.",
  },
  not_initialized: { http: 400, rpc: -32003, retry: "after_change", summary: "Send initialize first." },
  invalid_request: { http: 400, rpc: -32600, retry: "after_change", summary: "The request is malformed." },
  not_a_repository: {
    http: 400,
    rpc: -32006,
    retry: "after_change",
    summary: "The path is not the root of a git repository.",
  },
  invalid_ref: {
    http: 400,
    rpc: -32006,
    retry: "after_change",
    summary: "The branch or ref name is not acceptable.",
  },
  rules_invalid: {
    http: 400,
    rpc: -32006,
    retry: "after_change",
    summary: "A text is no file of rules; the message names the place.",
  },
  unauthorized: { http: 401, rpc: -32000, retry: "after_change", summary: "The token is missing or wrong." },
  login_code_invalid: {
    http: 401,
    rpc: -32000,
    retry: "after_change",
    summary: "The login code is wrong, used or expired.",
  },
  forbidden: { http: 403, rpc: -32000, retry: "never", summary: "This caller may not do that." },
  host_refused: {
    http: 403,
    rpc: -32000,
    retry: "never",
    summary: "The Host header does not name this server.",
  },
  origin_refused: { http: 403, rpc: -32000, retry: "never", summary: "The Origin is not this server." },
  root_not_allowed: {
    http: 403,
    rpc: -32006,
    retry: "after_change",
    summary: "The repository lies outside the allowed project roots.",
  },
  method_not_allowed: {
    http: 405,
    rpc: -32601,
    retry: "never",
    summary: "The route does not take this method.",
  },
  payload_too_large: {
    http: 413,
    rpc: -32600,
    retry: "after_change",
    summary: "The body is larger than the limit.",
  },
  unsupported_media_type: {
    http: 415,
    rpc: -32600,
    retry: "after_change",
    summary: "The body must be application/json.",
  },
  list_invalid: {
    http: 422,
    rpc: -32602,
    retry: "after_change",
    summary: "The list has problems; nothing of it was submitted.",
  },
  not_finished: { http: 422, rpc: -32006, retry: "later", summary: "The task is still in flight." },
  repo_config_tampered: {
    http: 422,
    rpc: -32006,
    retry: "never",
    summary: "A repository's git configuration carries something that could run code.",
  },
  config_invalid: {
    http: 422,
    rpc: -32006,
    retry: "after_change",
    summary: "A configuration file is wrong.",
  },
  rate_limited: { http: 429, rpc: -32010, retry: "later", summary: "Too many requests." },
  internal: { http: 500, rpc: -32603, retry: "later", summary: "The server failed; the log has the cause." },
  git_failed: { http: 500, rpc: -32603, retry: "later", summary: "A git command failed." },
  overloaded: { http: 503, rpc: -32010, retry: "later", summary: "The server is busy." },
  draining: {
    http: 503,
    rpc: -32010,
    retry: "later",
    summary: "The server is stopping and takes no new work.",
  },
  sandbox_not_allowed: {
    http: 403,
    rpc: -32006,
    retry: "after_change",
    summary: "The request asks for more than the operator lets agents do.",
  },
  sandbox_unavailable: {
    http: 503,
    rpc: -32005,
    retry: "after_change",
    summary: "No sandbox works here, and the configuration does not allow running without one.",
  },
  agent_unavailable: {
    http: 503,
    rpc: -32005,
    retry: "after_change",
    summary: "The agent is not installed or not logged in.",
  },
  secret_unavailable: {
    http: 503,
    rpc: -32005,
    retry: "after_change",
    summary: "A secret could not be read from where the settings say it is.",
  },
  secret_egress: {
    http: 422,
    rpc: -32006,
    retry: "after_change",
    summary: "Text that was to leave the server holds a secret.",
  },
  spawn_failed: { http: 500, rpc: -32005, retry: "after_change", summary: "A program could not be started." },
  storage_full: { http: 507, rpc: -32011, retry: "later", summary: "The disk is full." },
  storage_failed: { http: 500, rpc: -32004, retry: "later", summary: "The database failed." },
  storage_newer: {
    http: 500,
    rpc: -32004,
    retry: "never",
    summary: "The database was written by a newer version.",
  },
  ...stateErrors,
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorCatalogue;

/** One of several things at fault; `line` and `column` are those of the text it is about. */
export interface Issue {
  readonly field: string;
  readonly message: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly hint?: string | undefined;
}

/** Facts a client can act on. `field` is the dotted path of the offending parameter. */
export interface ErrorDetails {
  readonly field?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly allowed?: readonly string[];
  readonly hint?: string;
  readonly line?: number;
  readonly column?: number;
  readonly retry_after_s?: number;
  readonly issues?: readonly Issue[];
}

/**
 * A rejected request or a broken invariant. The message says what, which, in what state, and what to do; it
 * never carries a secret. An expected outcome (a red check, a denied action) is a returned value, not this.
 */
export class HarnessError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "HarnessError";
    this.code = code;
    this.details = details;
  }
}

/** True for a value thrown by us with a code of the catalogue. */
export function isHarnessError(value: unknown, code?: ErrorCode): value is HarnessError {
  return value instanceof HarnessError && (code === undefined || value.code === code);
}
