/** How a client should treat a failure: never repeat it, repeat it later as it is, or repeat it after a change. */
export type Retry = "never" | "later" | "after_change";

/** What a failure is on every transport. */
export interface ErrorRow {
  /** HTTP status of the problem document. */
  readonly http: number;
  /** JSON-RPC 2.0 error code (CONTRACT.md 1.2). */
  readonly rpc: number;
  readonly retry: Retry;
  /** One sentence in the user's words; the title of the problem document. */
  readonly summary: string;
}
