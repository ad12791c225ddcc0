import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@harness/protocol";
import type { Credential, Credentials } from "../access/index.ts";
import { sameToken } from "../secrets/index.ts";

const CODE_MS = 2 * 60 * 1000;
const SESSION_MS = 30 * 24 * 60 * 60 * 1000;
/** Codes kept at most; the oldest go first. */
const MOST = 100;
const PURPOSE = "browser session";

/** What signs logins: the token of the install, which is replaced to end them all. */
type Signer = Pick<Credentials, "install" | "seal">;

/**
 * Browser logins: a single-use two-minute code becomes a session cookie. Only hashes of codes are kept, in memory. A
 * session is kept nowhere: it says until when it holds and carries a seal of the install's token, so that a page that
 * is open goes on over a restart of the server, and a new token logs every browser out.
 */
export class LoginSessions {
  readonly #clock: Clock;
  readonly #codes = new Map<string, number>();
  readonly #signer: Signer;

  constructor(clock: Clock, signer: Signer) {
    this.#clock = clock;
    this.#signer = signer;
  }

  /** A new code and when it ends (epoch milliseconds). */
  createCode(): { code: string; expiresAt: number } {
    const code = randomBytes(24).toString("base64url");
    const expiresAt = this.#clock.now() + CODE_MS;
    if (this.#codes.size >= MOST) this.#codes.delete(this.#codes.keys().next().value ?? "");
    this.#codes.set(hash(code), expiresAt);
    return { code, expiresAt };
  }

  /** Trades a code for a session, once. Undefined when the code is wrong, used or expired. */
  redeem(code: string): string | undefined {
    const key = hash(code);
    const expiresAt = this.#codes.get(key);
    this.#codes.delete(key);
    if (expiresAt === undefined || expiresAt <= this.#clock.now()) return undefined;
    const words = `${this.#clock.now() + SESSION_MS}.${randomBytes(18).toString("base64url")}`;
    return `${words}.${this.#signer.seal(PURPOSE, words)}`;
  }

  /** Who a session belongs to; undefined when it is not ours, is over, or the token was replaced since. */
  find(session: string): Credential | undefined {
    const at = session.lastIndexOf(".");
    const words = session.slice(0, at);
    if (at < 1 || !sameToken(session.slice(at + 1), this.#signer.seal(PURPOSE, words))) return undefined;
    const until = Number(words.split(".", 1)[0]);
    return until > this.#clock.now() ? this.#signer.install : undefined;
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
