import { HarnessError } from "@harness/protocol";

/** SQLite result codes and Postgres SQLSTATEs that mean the disk is full. */
const FULL = new Set(["SQLITE_FULL", "ENOSPC", "53100"]);

/** Turns a driver's failure into one of ours, keeping the cause; our own errors pass through. */
export function storageError(error: unknown): HarnessError {
  if (error instanceof HarnessError) return error;
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const full = FULL.has(code);
  const text = error instanceof Error ? error.message : String(error);
  return full
    ? new HarnessError(
        "storage_full",
        `The database could not be written: the disk is full (${code}). Free space in the data directory; nothing acknowledged is lost.`,
        {},
        { cause: error },
      )
    : new HarnessError(
        "storage_failed",
        `The database failed${code ? ` (${code})` : ""}: ${text}`,
        {},
        { cause: error },
      );
}
