import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@harness/protocol";

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
  readonly #sessions = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
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
    remember(this.#sessions, session, this.#clock.now() + SESSION_MS);
    return session;
  }

  /** Whether a session is known and not over. */
  has(session: string): boolean {
    const expiresAt = this.#sessions.get(hash(session));
    return expiresAt !== undefined && expiresAt > this.#clock.now();
  }
}

function remember(map: Map<string, number>, value: string, expiresAt: number): void {
  if (map.size >= MOST) map.delete(map.keys().next().value ?? "");
  map.set(hash(value), expiresAt);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
