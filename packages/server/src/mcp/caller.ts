import type { Scope } from "@harness/protocol";

/** Who is behind a request: a token of this server, as its own records know it. */
export interface McpCaller {
  /** What a session is bound to. */
  readonly id: string;
  readonly actor: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Aborted when the token is over: its sessions and streams end. */
  readonly over: AbortSignal;
}
