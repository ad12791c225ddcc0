import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@harness/protocol";
import type { Credential, Credentials } from "../access/index.ts";

const CODE_MS = 2 * 60 * 1000;
const SESSION_MS = 30 * 24 * 60 * 60 * 1000;
/** Codes and sessions kept at most; the oldest go first. */
const MOST = 100;

/**
 * Browser logins: a single-use two-minute code becomes a session cookie. Only hashes are kept, in memory: a restart
 * logs browsers out, and a memory dump holds nothing that opens a door.
 */
export class LoginSessions {
  readonly #clock: Clock;
  readonly #codes = new Map<string, number>();
  readonly #sessions = new Map<string, { readonly until: number; readonly as: Credential }>();
  readonly #credentials: Pick<Credentials, "install">;

  constructor(clock: Clock, credentials: Pick<Credentials, "install">) {
    this.#clock = clock;
    this.#credentials = credentials;
  }

  /** A new code and when it ends (epoch milliseconds). */
  createCode(): { code: string; expiresAt: number } {
    const code = randomBytes(24).toString("base64url");
    const expiresAt = this.#clock.now() + CODE_MS;
    remember(this.#codes, code, expiresAt);
    return { code, expiresAt };
  }

  /** Trades a code for a session, once. Undefined when the code is wrong, used or expired. */
  redeem(code: string): string | undefined {
    const key = hash(code);
    const expiresAt = this.#codes.get(key);
    this.#codes.delete(key);
    if (expiresAt === undefined || expiresAt <= this.#clock.now()) return undefined;
    const session = randomBytes(32).toString("base64url");
    remember(this.#sessions, session, {
      until: this.#clock.now() + SESSION_MS,
      as: this.#credentials.install,
    });
    return session;
  }

  /** Who a session belongs to; undefined when it is not known, is over, or its token was replaced since. */
  find(session: string): Credential | undefined {
    const found = this.#sessions.get(hash(session));
    if (found === undefined || found.until <= this.#clock.now() || found.as.over.aborted) return undefined;
    return found.as;
  }
}

function remember<T>(map: Map<string, T>, value: string, known: T): void {
  if (map.size >= MOST) map.delete(map.keys().next().value ?? "");
  map.set(hash(value), known);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
