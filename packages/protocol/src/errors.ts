/** How a client should treat a failure: never repeat it, repeat it later as it is, or repeat it after a change. */
export type Retry = "never" | "later" | "after_change";

interface ErrorRow {
  /** HTTP status of the problem document. */
  readonly http: number;
  /** JSON-RPC 2.0 error code (CONTRACT.md 1.2). */
  readonly rpc: number;
  readonly retry: Retry;
  /** One sentence in the user's words; the title of the problem document. */
  readonly summary: string;
}

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
  path_escape: { http: 403, rpc: -32006, retry: "never", summary: "The path leads out of the workspace." },
  route_not_found: { http: 404, rpc: -32601, retry: "never", summary: "There is no such route or method." },
  task_not_found: { http: 404, rpc: -32001, retry: "never", summary: "There is no such task." },
  project_not_found: { http: 404, rpc: -32001, retry: "never", summary: "There is no such project." },
  report_not_found: { http: 404, rpc: -32001, retry: "never", summary: "There is no such report." },
  attempt_not_found: { http: 404, rpc: -32001, retry: "never", summary: "There is no such attempt." },
  channel_not_found: {
    http: 404,
    rpc: -32001,
    retry: "after_change",
    summary: "There is no such notification channel.",
  },
  template_not_found: {
    http: 404,
    rpc: -32001,
    retry: "after_change",
    summary: "The project has no such template.",
  },
  agent_not_found: { http: 404, rpc: -32001, retry: "after_change", summary: "There is no such agent." },
  method_not_allowed: {
    http: 405,
    rpc: -32601,
    retry: "never",
    summary: "The route does not take this method.",
  },
  illegal_transition: {
    http: 409,
    rpc: -32002,
    retry: "never",
    summary: "The task is not in a state that allows this.",
  },
  idempotency_conflict: {
    http: 409,
    rpc: -32002,
    retry: "after_change",
    summary: "The idempotency key was used for a different request.",
  },
  project_busy: { http: 409, rpc: -32002, retry: "later", summary: "The project has unfinished tasks." },
  project_exists: {
    http: 409,
    rpc: -32002,
    retry: "after_change",
    summary: "The project exists with another root.",
  },
  config_unapproved: {
    http: 409,
    rpc: -32002,
    retry: "after_change",
    summary: "The project's own settings wait for a person's approval.",
  },
  config_changed: {
    http: 409,
    rpc: -32002,
    retry: "after_change",
    summary: "The project's settings changed since they were shown.",
  },
  evidence_stale: {
    http: 409,
    rpc: -32002,
    retry: "after_change",
    summary: "The evidence belongs to another commit.",
  },
  head_moved: {
    http: 409,
    rpc: -32002,
    retry: "after_change",
    summary: "The work has moved from the commit that was meant.",
  },
  unproven: {
    http: 409,
    rpc: -32002,
    retry: "after_change",
    summary: "The work is not proven, and nobody accepted it as it is.",
  },
  merge_conflict: {
    http: 409,
    rpc: -32002,
    retry: "after_change",
    summary: "The work and the branch change the same lines.",
  },
  not_fast_forward: {
    http: 409,
    rpc: -32002,
    retry: "after_change",
    summary: "The branch has commits the work does not build on.",
  },
  checkout_dirty: {
    http: 409,
    rpc: -32002,
    retry: "after_change",
    summary: "The checkout has changes that would be lost or mixed in.",
  },
  checkout_unsuitable: {
    http: 409,
    rpc: -32002,
    retry: "after_change",
    summary: "The checkout is one only its owner's own git can change.",
  },
  task_discarded: {
    http: 409,
    rpc: -32002,
    retry: "never",
    summary: "The task was discarded; its work is gone.",
  },
  branch_taken: { http: 409, rpc: -32002, retry: "after_change", summary: "No free branch name was found." },
  lease_lost: { http: 409, rpc: -32002, retry: "never", summary: "A newer attempt owns this task." },
  data_dir_locked: {
    http: 409,
    rpc: -32002,
    retry: "later",
    summary: "Another process owns the data directory.",
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
  spawn_failed: { http: 500, rpc: -32005, retry: "after_change", summary: "A program could not be started." },
  storage_full: { http: 507, rpc: -32011, retry: "later", summary: "The disk is full." },
  storage_failed: { http: 500, rpc: -32004, retry: "later", summary: "The database failed." },
  storage_newer: {
    http: 500,
    rpc: -32004,
    retry: "never",
    summary: "The database was written by a newer version.",
  },
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
