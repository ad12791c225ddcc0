import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { HarnessError } from "@harness/protocol";
import type { Credential, Credentials } from "../access/index.ts";
import type { LoginSessions } from "./login-sessions.ts";

/** What a request is judged by before anything of it is routed or read. */
export interface AccessDeps {
  readonly credentials: Pick<Credentials, "find">;
  readonly sessions: LoginSessions;
  /** The address that was bound, once it is. */
  readonly bound: () => { readonly host: string; readonly port: number };
}

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Who may talk to this server at all (DESIGN.md 3.7, SAFETY.md A1-A8): the Host must name this server, so that a
 * rebound name cannot; an Origin, when there is one, must be our own; and a token or a login cookie must be there.
 */
export class Access {
  readonly #deps: AccessDeps;

  constructor(deps: AccessDeps) {
    this.#deps = deps;
  }

  /** Throws `host_refused` or `origin_refused`. Applies to every request, open routes too. */
  checkSource(request: IncomingMessage): void {
    const hosts = request.headersDistinct["host"] ?? [];
    const host = hosts[0] ?? "";
    if (hosts.length !== 1 || !request.url?.startsWith("/") || !this.#isOurHost(host)) {
      throw new HarnessError(
        "host_refused",
        "The Host header does not name this server. Use the address it printed at start.",
        { field: "Host", got: hosts.join(", ").slice(0, 200) },
      );
    }
    const origins = request.headersDistinct["origin"] ?? [];
    if (origins.length === 0) return;
    if (origins.length > 1 || !this.#isOurOrigin(origins[0]!)) {
      throw new HarnessError("origin_refused", "Requests from other origins are refused.", {
        field: "Origin",
        got: origins.join(", ").slice(0, 200),
      });
    }
  }

  /**
   * Who the token or the login cookie of a request belongs to. Throws `unauthorized` when neither is right, and
   * `origin_refused` for what a page of another site sends. A cookie alone changes nothing without the Origin of our
   * own pages.
   */
  checkCredential(request: IncomingMessage): Credential {
    const { authorization, "sec-fetch-site": site } = request.headers;
    if (site !== undefined && site !== "same-origin" && site !== "none") {
      throw new HarnessError("origin_refused", "Requests that pages of other sites make are refused.", {
        field: "Sec-Fetch-Site",
        got: String(site).slice(0, 200),
      });
    }
    if (authorization !== undefined) {
      const token = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1];
      const credential = token === undefined ? undefined : this.#deps.credentials.find(token);
      if (credential !== undefined) return credential;
      throw unauthorized();
    }
    const session = cookieOf(request.headers.cookie, this.#cookieName());
    const credential = session === undefined ? undefined : this.#deps.sessions.find(session);
    if (credential === undefined) throw unauthorized();
    const reads = request.method === "GET" || request.method === "HEAD";
    const upgrades = request.headers.upgrade !== undefined;
    if ((!reads || upgrades) && request.headers.origin === undefined) {
      throw new HarnessError(
        "origin_refused",
        "A request with a login cookie that changes something must carry its Origin.",
        { field: "Origin" },
      );
    }
    return credential;
  }

  /** The cookie that carries a login. */
  cookie(session: string): string {
    return `${this.#cookieName()}=${session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Browsers keep one cookie jar for all ports of a host: two servers must not overwrite each other's. */
  #cookieName(): string {
    return `harness_session_${this.#deps.bound().port}`;
  }

  #isOurHost(host: string): boolean {
    const { host: bound, port } = this.#deps.bound();
    const match = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?$/.exec(host);
    if (!match || Number(match[2] ?? 80) !== port) return false;
    const name = match[1]!.toLowerCase();
    if (LOOPBACK.includes(name) || name === bound.toLowerCase() || name === `[${bound.toLowerCase()}]`)
      return true;
    // Rebinding needs a name; on a wildcard address any literal address is ours.
    const wildcard = bound === "0.0.0.0" || bound === "::";
    return wildcard && isIP(name.replace(/^\[|\]$/g, "")) !== 0;
  }

  #isOurOrigin(origin: string): boolean {
    return origin.startsWith("http://") && this.#isOurHost(origin.slice("http://".length));
  }
}

/** Throws `config_invalid` for an address other machines can reach, unless the operator allowed that. */
export function assertBindAllowed(host: string, allowPublic: boolean): void {
  const loopback = host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
  if (loopback || allowPublic) return;
  throw new HarnessError(
    "config_invalid",
    `Refusing to listen on ${host}: other machines can reach it and there is no TLS. Put a TLS proxy in front and set server.allow_public_bind, or listen on 127.0.0.1.`,
    { field: "server.host", got: host },
  );
}

function unauthorized(): HarnessError {
  return new HarnessError(
    "unauthorized",
    "The token is missing or wrong. Send `Authorization: Bearer TOKEN`; `harness token` prints it.",
    { field: "Authorization" },
  );
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
