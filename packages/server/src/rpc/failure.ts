import { errorCatalogue, HarnessError, isHarnessError } from "@harness/protocol";

/** Seconds after which a busy server may be asked again, unless the failure says otherwise. */
const RETRY_AFTER_S = 1;

/** The error member of a response: the code of JSON-RPC, and in `data` our own code with everything to act on. */
export interface RpcFailure {
  readonly code: number;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Maps a failure by the error catalogue. Anything that is not ours becomes `internal` and shows nothing of itself. */
export function toRpcFailure(error: unknown, requestId: string): RpcFailure {
  const known = isHarnessError(error)
    ? error
    : new HarnessError("internal", "The server failed. Its log has the cause under this request's id.");
  const row = errorCatalogue[known.code];
  const busy = row.rpc === errorCatalogue.overloaded.rpc ? { retry_after_s: RETRY_AFTER_S } : {};
  return {
    code: row.rpc,
    message: known.message,
    data: {
      code: known.code,
      retry: row.retry,
      ...busy,
      ...known.details,
      request_id: requestId,
    },
  };
}
