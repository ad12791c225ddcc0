import type { Scope } from "@harness/protocol";

/** Who is behind a request: a token of this server, as its own records know it. */
export interface McpCaller {
  /** What a session is bound to. */
  readonly id: string;
  readonly actor: string;
  /** The turn of the agent that asks with the token it was lent. */
  readonly turn_id?: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Aborted when the token is over: its sessions and streams end. */
  readonly over: AbortSignal;
}
