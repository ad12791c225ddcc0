import { HarnessError } from "@harness/protocol";

/** SQLite result codes, system codes and Postgres SQLSTATEs that mean the disk, or a quota on it, is full. */
const FULL = new Set(["SQLITE_FULL", "SQLITE_IOERR_SHMSIZE", "ENOSPC", "EDQUOT", "53100"]);

/** True when a failure, or what it was caused by, is that there was no room: whoever reports it, git included. */
export function isDiskFull(error: unknown): boolean {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth += 1) {
    if (at instanceof HarnessError ? at.code === "storage_full" : FULL.has(codeOf(at))) return true;
  }
  return false;
}

/** Turns a driver's failure into one of ours, keeping the cause; our own errors pass through. */
export function storageError(error: unknown): HarnessError {
  if (error instanceof HarnessError) return error;
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  return FULL.has(code)
    ? diskFullError(error)
    : new HarnessError(
        "storage_failed",
        `The database failed${code ? ` (${code})` : ""}: ${text}`,
        {},
        { cause: error },
      );
}

/** The refusal of whatever could not be stored for want of room. */
export function diskFullError(cause?: unknown): HarnessError {
  const code = codeOf(cause);
  return new HarnessError(
    "storage_full",
    `The disk of the data directory is full${code ? ` (${code})` : ""}. Free space there, or run: harness disk clean. Nothing acknowledged is lost; work goes on by itself when there is room.`,
    { retry_after_s: 30 },
    { cause },
  );
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
