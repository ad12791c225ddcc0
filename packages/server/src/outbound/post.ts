import type { LookupFunction } from "node:net";
import { type OutboundRules, refusedUrl } from "./address-rules.ts";

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

/** How a post goes out. */
export interface PostWay {
  readonly rules: OutboundRules;
  readonly lookup: LookupFunction;
  readonly signal: AbortSignal;
  readonly limitMs?: number | undefined;
}

/**
 * Posts a text, once and to this address only: no redirect is followed, the name is resolved once and what it leads
 * to is checked before the connection, time and answer are bounded. Never rejects.
 */
export async function post(
  { url, headers, body }: Post,
  { rules, lookup, signal, limitMs = TIME_LIMIT_MS }: PostWay,
): Promise<Answer> {
  const target = new URL(url);
  const wrong = refusedUrl(target, rules);
  if (wrong !== undefined) return { status: null, error: `${wrong}.` };
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
      lookup,
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
