import { type OutboundRules, refusedUrl } from "./address-rules.ts";
import { checkedLookup, type Resolve, systemResolve } from "./checked-lookup.ts";
import { type Answer, type Post, post } from "./post.ts";

/** Redirects that are followed of one request. */
const MOST_REDIRECTS = 5;

/** Headers that are for the first address alone. */
const OWN_HEADERS = ["authorization", "cookie", "x-api-key", "proxy-authorization"];

type Fetch = typeof globalThis.fetch;

/**
 * The one way out (SAFETY.md E4): every request this server makes goes through here. Only http and https, the name
 * resolved once, each address checked before the connection, each redirect judged like the first address.
 */
export class Outbound {
  readonly #rules: OutboundRules;
  readonly #resolve: Resolve;
  #agent: Promise<{ readonly fetch: Fetch }> | undefined;

  constructor(rules: OutboundRules, resolve: Resolve = systemResolve) {
    this.#rules = rules;
    this.#resolve = resolve;
  }

  /** As the platform's own; rejects with a TypeError that says why an address is refused. */
  readonly fetch: Fetch = async (input, init) => {
    if (input instanceof Request)
      throw new TypeError("A request is made of an address and what is to be sent.");
    this.#agent ??= this.#open();
    const { fetch } = await this.#agent;
    let url = new URL(input);
    let headers = new Headers(init?.headers);
    for (let hops = 0; ; hops += 1) {
      const wrong = refusedUrl(url, this.#rules);
      if (wrong !== undefined) throw new TypeError(`${url.host} is not asked: ${wrong}.`);
      const answer = await fetch(url, { ...init, headers, redirect: "manual" });
      const to = answer.headers.get("location");
      // Only a question is asked again elsewhere: what was sent with another method was meant for this address.
      const asks = (init?.method ?? "GET").toUpperCase() === "GET";
      if (answer.status < 300 || answer.status > 399 || to === null || !asks || hops === MOST_REDIRECTS)
        return answer;
      await answer.body?.cancel();
      const next = new URL(to, url);
      if (next.origin !== url.origin) headers = without(headers, OWN_HEADERS);
      url = next;
    }
  };

  /** Why an address would not be asked, as far as it shows without a look-up; undefined when it would. */
  refusal(url: URL): string | undefined {
    return refusedUrl(url, this.#rules);
  }

  /** Posts a text, once and to this address only: no redirect is followed, time and answer are bounded. Never rejects. */
  post(what: Post, signal: AbortSignal, limitMs?: number): Promise<Answer> {
    return post(what, {
      rules: this.#rules,
      lookup: checkedLookup(this.#rules, this.#resolve),
      signal,
      limitMs,
    });
  }

  /** Loaded with the first request: it brings ten megabytes. */
  async #open(): Promise<{ readonly fetch: Fetch }> {
    const { Agent, fetch } = await import("undici");
    const dispatcher = new Agent({
      connect: { lookup: checkedLookup(this.#rules, this.#resolve) },
      // A model may think for as long as the turn may take; the turn has its own limits.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    return {
      fetch: async (input, init) => {
        const { body, headers, method, signal } = init ?? {};
        if (body !== undefined && body !== null && typeof body !== "string")
          throw new TypeError("Only a text is sent.");
        const answer = await fetch(String(input), {
          ...(method === undefined ? {} : { method }),
          ...(body == null ? {} : { body }),
          ...(signal == null ? {} : { signal }),
          headers: [...new Headers(headers)],
          redirect: "manual",
          dispatcher,
        });
        // The library's own answer, as the platform's: who reads it expects that one.
        const { status, statusText } = answer;
        const empty = [101, 204, 205, 304].includes(status);
        return new Response(empty ? null : bytesOf(answer.body), {
          status,
          statusText,
          headers: [...answer.headers],
        });
      },
    };
  }
}

function bytesOf(body: AsyncIterable<Uint8Array> | null): ReadableStream<Uint8Array> | null {
  return body === null ? null : ReadableStream.from<Uint8Array>(body);
}

function without(headers: Headers, names: readonly string[]): Headers {
  const kept = new Headers(headers);
  for (const name of names) kept.delete(name);
  return kept;
}
