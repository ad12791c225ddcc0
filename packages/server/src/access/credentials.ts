import { createHmac } from "node:crypto";
import {
  type AccessToken,
  type Clock,
  callAt,
  HarnessError,
  type NewId,
  type Scope,
} from "@harness/protocol";
import type { EventLog } from "../events/index.ts";
import { createToken, sameToken } from "../secrets/index.ts";
import type { Storage } from "../storage/index.ts";
import { type Credential, installCredential } from "./credential.ts";
import {
  hashOf,
  insertToken,
  newestTokens,
  presentToken,
  revokeToken,
  type StoredToken,
  unrevokedTokens,
} from "./token-store.ts";

/** What every token made here begins with, so that it is known for one wherever it turns up. */
const TOKEN_PREFIX = "hrt_";

export interface CredentialsDeps {
  readonly log: EventLog;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly newId: NewId;
  /** The token of the install. */
  readonly token: string;
  readonly redactor: { register(label: string, value: string): boolean };
  /** Keeps a new token of the install; null where the operator's settings name it. */
  readonly keepToken: ((token: string) => void) | null;
}

/** What a new token is asked to be. */
export interface TokenRequest {
  readonly name: string;
  readonly scopes: StoredToken["scopes"];
  /** Epoch milliseconds. */
  readonly expires_at: number | null;
}

interface Live {
  readonly credential: Credential;
  readonly expires_at: number | null;
  end(): void;
}

/**
 * Everything that opens a door: the token of the install, and tokens of their own for single clients, with scopes.
 * Valid ones are kept in memory by their hash, so that a request costs no query; this process owns the data
 * directory, so nobody else changes them. A token that is over ends, at once, whatever was opened with it.
 */
export class Credentials {
  #token: string;
  #replaced = new AbortController();
  #install = installCredential(this.#replaced.signal);
  readonly #deps: CredentialsDeps;
  readonly #live = new Map<string, Live>();

  private constructor(deps: CredentialsDeps) {
    this.#deps = deps;
    this.#token = deps.token;
  }

  /** The credential of the install's token and of browser logins. */
  get install(): Credential {
    return this.#install;
  }

  /**
   * What only this server can say of a text, as long as the token of the install is the one it is: proves that it
   * made the text itself, also before a restart. `purpose` keeps the seals of one use from those of another.
   */
  seal(purpose: string, text: string): string {
    const key = createHmac("sha256", this.#token).update(purpose).digest();
    return createHmac("sha256", key).update(text).digest("base64url");
  }

  /** Reads which tokens are valid. */
  static async open(deps: CredentialsDeps): Promise<Credentials> {
    const credentials = new Credentials(deps);
    for (const token of await unrevokedTokens(deps.storage.reader)) credentials.#admit(token);
    return credentials;
  }

  /** Who holds this token; undefined when it opens nothing. */
  find(token: string): Credential | undefined {
    if (sameToken(token, this.#token)) return this.install;
    if (!token.startsWith(TOKEN_PREFIX)) return undefined;
    const live = this.#live.get(hashOf(token));
    if (live === undefined) return undefined;
    if (live.expires_at === null || live.expires_at > this.#deps.clock.now()) return live.credential;
    live.end();
    return undefined;
  }

  /** Makes a token. Nobody gives away what they do not have (`forbidden`), nor a time that has passed. */
  async create(
    request: TokenRequest,
    by: { readonly scopes: ReadonlySet<Scope>; readonly actor: string },
  ): Promise<AccessToken & { token: string }> {
    const { clock, log, newId } = this.#deps;
    const more = request.scopes.filter((scope) => !by.scopes.has(scope));
    if (more.length > 0)
      throw new HarnessError("forbidden", `A token without the scope ${more[0]} cannot give it to another.`, {
        field: "scopes",
      });
    const now = clock.now();
    if (request.expires_at !== null && request.expires_at <= now)
      throw new HarnessError("invalid_params", "expires_at: the time has passed already.", {
        field: "expires_at",
        expected: "a time to come",
      });
    const text = `${TOKEN_PREFIX}${createToken()}`;
    const token: StoredToken = {
      id: newId("token"),
      name: request.name,
      sha256: hashOf(text),
      scopes: [...new Set(request.scopes)],
      created_at: now,
      expires_at: request.expires_at,
      revoked_at: null,
    };
    await log.write((tx) => insertToken(tx, token, by.actor));
    this.#admit(token);
    return { ...presentToken(token, now), token: text };
  }

  /**
   * Replaces the token of the install (SAFETY.md A12): the old one opens nothing from here on, and what was opened with
   * it ends, logins of browsers too. Throws `capability_missing` where the settings name the token.
   */
  async rotate(actor: string): Promise<string> {
    const { keepToken, redactor, log } = this.#deps;
    if (keepToken === null)
      throw new HarnessError(
        "capability_missing",
        "server.api_token names the token of this server. Change it there and start the server again.",
      );
    const token = createToken();
    redactor.register("harness-token", token);
    await log.write((tx) => tx.append({ type: "token.rotated", actor, data: {} }));
    keepToken(token);
    this.#token = token;
    const before = this.#replaced;
    this.#replaced = new AbortController();
    this.#install = installCredential(this.#replaced.signal);
    before.abort();
    return token;
  }

  /** Takes a token back: it opens nothing from here on, and what it opened ends. */
  async revoke(key: string, actor: string): Promise<AccessToken> {
    const token = await this.#deps.log.write((tx) => revokeToken(tx, key, actor));
    this.#live.get(token.sha256)?.end();
    return presentToken(token, this.#deps.clock.now());
  }

  /**
   * Lends a token to the agent of a turn (SAFETY.md C10): it opens nothing but what is for that turn's own task, is kept
   * nowhere, and ends when it is taken back, or with this server.
   */
  lend(turn_id: string, actor: string): { readonly token: string } & Disposable {
    const token = `${TOKEN_PREFIX}${createToken()}`;
    const sha256 = hashOf(token);
    const over = new AbortController();
    const end = () => {
      this.#live.delete(sha256);
      over.abort();
    };
    const scopes = new Set<Scope>(["open", "task"]);
    const credential = { id: turn_id, turn_id, actor, scopes, over: over.signal };
    this.#live.set(sha256, { credential, expires_at: null, end });
    return { token, [Symbol.dispose]: end };
  }

  /** The tokens there are, newest first; those that are over only when asked for. */
  async list(all: boolean): Promise<AccessToken[]> {
    const now = this.#deps.clock.now();
    const shown = (await newestTokens(this.#deps.storage.reader)).map((token) => presentToken(token, now));
    return all ? shown : shown.filter(({ state }) => state === "valid");
  }

  /** Forgets every token and the times they end at. */
  close(): void {
    for (const live of [...this.#live.values()]) live.end();
  }

  #admit(token: StoredToken): void {
    const over = new AbortController();
    let forget = () => {};
    const end = () => {
      forget();
      this.#live.delete(token.sha256);
      over.abort();
    };
    const { clock } = this.#deps;
    // A far time is called early: whoever is called looks at the clock again.
    const wait = (until: number) => {
      forget = callAt(clock, until, () => (clock.now() >= until ? end() : wait(until)));
    };
    this.#live.set(token.sha256, {
      credential: {
        id: token.id,
        actor: `token:${token.name}`,
        scopes: new Set<Scope>(["open", ...token.scopes]),
        over: over.signal,
      },
      expires_at: token.expires_at,
      end,
    });
    if (token.expires_at !== null) wait(token.expires_at);
  }
}
