import { createHash } from "node:crypto";
import { HarnessError } from "@harness/protocol";
import type { WriteTx } from "../events/index.ts";

/** Keys are kept this long (milliseconds): a retry after a day is a new request. */
export const IDEMPOTENCY_KEPT_MS = 24 * 60 * 60 * 1000;

/**
 * Runs a job once per key: a repeat of the same request returns the first result, the same key for another request
 * is `idempotency_conflict`. `parse` reads the stored result back. Job and key are stored in one transaction.
 */
export async function once<T>(
  tx: WriteTx,
  operation: string,
  key: string | undefined,
  request: unknown,
  parse: (stored: unknown) => T,
  job: () => Promise<T>,
): Promise<T> {
  if (key === undefined) return job();
  const request_sha256 = createHash("sha256").update(JSON.stringify(request)).digest("hex");
  const known = await tx.db
    .selectFrom("idempotency_keys")
    .selectAll()
    .where("operation", "=", operation)
    .where("key", "=", key)
    .executeTakeFirst();
  if (known && known.created_at > tx.now - IDEMPOTENCY_KEPT_MS) {
    if (known.request_sha256 !== request_sha256) {
      throw new HarnessError(
        "idempotency_conflict",
        "This Idempotency-Key was used for another request. Use a new key for a new request.",
        { field: "idempotency_key" },
      );
    }
    return parse(JSON.parse(known.result));
  }
  if (known)
    await tx.db
      .deleteFrom("idempotency_keys")
      .where("operation", "=", operation)
      .where("key", "=", key)
      .execute();
  const result = await job();
  await tx.db
    .insertInto("idempotency_keys")
    .values({ operation, key, request_sha256, result: JSON.stringify(result), created_at: tx.now })
    .execute();
  return result;
}

/** Forgets keys past their time. */
export async function pruneIdempotencyKeys(tx: WriteTx): Promise<void> {
  await tx.db
    .deleteFrom("idempotency_keys")
    .where("created_at", "<", tx.now - IDEMPOTENCY_KEPT_MS)
    .execute();
}
