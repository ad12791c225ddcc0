import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** A request to a channel's address. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of it: any answer of the receiver, or why there was none. */
export type Answer =
  | { readonly status: number; readonly text: string; readonly retryAfter: string | undefined }
  | { readonly status: null; readonly error: string };

const TIME_LIMIT_MS = 10_000;
/** Of an answer, this much is read; the rest is not waited for, and the cut is marked. */
const MOST_BYTES = 4096;

/** Addresses that belong to no receiver: clouds keep the credentials of a machine there. */
const linkLocal = new BlockList();
linkLocal.addSubnet("169.254.0.0", 16, "ipv4");
linkLocal.addSubnet("fe80::", 10, "ipv6");

/**
 * Posts a text, once and to this address only: no redirect is followed, the name is resolved once and what it leads
 * to is checked before the connection, time and answer are bounded. Never rejects.
 */
export async function post(
  { url, headers, body }: Post,
  signal: AbortSignal,
  limitMs = TIME_LIMIT_MS,
): Promise<Answer> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && isRefused(host)) return refused(host);
  // Loaded when something is sent: importing them brings all of Node's fetch with them, ten megabytes.
  const { default: client } = await (target.protocol === "https:"
    ? import("node:https")
    : import("node:http"));
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const request = client.request(
    target,
    {
      method: "POST",
      headers: { "User-Agent": "harness", "Content-Length": String(Buffer.byteLength(body)), ...headers },
      agent: false,
      lookup: checkedLookup,
      signal: limit,
    },
    (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const answer = () =>
        resolve({
          status: response.statusCode ?? 0,
          text: textOf(Buffer.concat(chunks)),
          retryAfter: response.headers["retry-after"],
        });
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes < MOST_BYTES) return;
        answer();
        response.destroy();
      });
      response.on("end", answer);
      response.on("error", answer);
      response.on("close", answer);
    },
  );
  request.on("error", (error) =>
    resolve({
      status: null,
      error: limit.aborted && !signal.aborted ? `no answer within ${limitMs / 1000} s` : error.message,
    }),
  );
  request.end(body);
  return promise;
}

function textOf(bytes: Buffer): string {
  const text = bytes.subarray(0, MOST_BYTES).toString("utf8");
  return bytes.length > MOST_BYTES ? `${text}[… ${bytes.length - MOST_BYTES} bytes cut …]` : text;
}

const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    const bad = found?.find(({ address }) => isRefused(address));
    const first = found?.[0];
    if (error || bad || !first) {
      const failure =
        error ?? new Error(`${hostname} leads to ${bad?.address ?? "nowhere"}, where no receiver is.`);
      callback(failure, "", 4);
    } else if (options.all) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

function isRefused(address: string): boolean {
  return linkLocal.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function refused(host: string): Answer {
  return { status: null, error: `${host} is an address where no receiver is.` };
}

/** How long the receiver asks to be left alone (milliseconds, a day at most): seconds or a date; 0 when it does not say. */
export function retryAfterMs(header: string | undefined, now: number): number {
  const DAY_MS = 86_400_000;
  if (header === undefined) return 0;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), DAY_MS) : 0;
}
