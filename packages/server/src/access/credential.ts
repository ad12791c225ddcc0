import type { Scope } from "@harness/protocol";

/** Who a request comes from, as the server's own records say: nothing of it is read from the request (SAFETY.md A11). */
export interface Credential {
  /** `install` for the one token of the install and for logins made with it; else the id of a token. */
  readonly id: string;
  /** Filed with the events its requests cause. */
  readonly actor: string;
  readonly scopes: ReadonlySet<Scope>;
  /** The turn of the agent that holds it; absent for everybody else. */
  readonly turn_id?: string;
  /** Aborted when it stops being valid: every stream and socket it opened ends with it. */
  readonly over: AbortSignal;
}

/** What the token of the install may do. */
const everything: readonly Scope[] = ["open", "read", "submit", "operate"];

/** The credential of the install's own token and of browser logins: everything is allowed, until the token is replaced. */
export function installCredential(over: AbortSignal = new AbortController().signal): Credential {
  return { id: "install", actor: "person", scopes: new Set<Scope>(everything), over };
}
