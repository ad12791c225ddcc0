import type { RawDirection } from "../port.ts";

/** Told of what goes to an endpoint (`in`) and what comes from it (`out`). */
export type RecordTraffic = (direction: Extract<RawDirection, "in" | "out">, text: string) => void;

type Fetch = typeof globalThis.fetch;

/**
 * A fetch that tells each request's body and each part of an answer as it comes. Headers are told of answers only and
 * never of requests: a key travels there. `adapt` may rewrite the body of an answer that is an error.
 */
export function recordingFetch(
  record: RecordTraffic,
  more: { readonly adapt?: (text: string) => string } = {},
): Fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const body = typeof init?.body === "string" ? init.body : "";
    record("in", `${init?.method ?? "GET"} ${url.pathname}\n${body}`);
    const response = await globalThis.fetch(input, init);
    record("out", `HTTP ${response.status} ${response.headers.get("content-type") ?? ""}`.trim());
    if (!response.ok) {
      const text = await response.text();
      record("out", text);
      const { status, statusText, headers } = response;
      return new Response(more.adapt?.(text) ?? text, { status, statusText, headers: plain(headers) });
    }
    if (response.body === null) return response;
    const decoder = new TextDecoder();
    const told = new TransformStream<Uint8Array, Uint8Array>({
      transform: (part, controller) => {
        record("out", decoder.decode(part, { stream: true }));
        controller.enqueue(part);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(told), { status, statusText, headers: plain(headers) });
  };
}

/** The headers of a body that was decoded already. */
function plain(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) kept.delete(name);
  return kept;
}
