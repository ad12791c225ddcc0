import type { RawDirection } from "../port.ts";
import type { TurnMark } from "../turn-marks.ts";
import { WholeTexts } from "../whole-texts.ts";
import { answerPieces } from "./answer-pieces.ts";

/** Told of what goes to an endpoint (`in`) and what comes from it (`out`), and of what happened to it (`mark`). */
export type RecordTraffic = (direction: Exclude<RawDirection, "err">, text: string) => void;

/** How an endpoint is asked. */
export type Fetch = typeof globalThis.fetch;

/** Stands in the place of an answer that did not come. */
export const NO_ANSWER = "HTTP none";

/** Headers of an answer that say more than its body: when to come back, and whether. */
const KEPT_HEADERS = /^(content-type|retry-after|retry-after-ms|x-should-retry|(anthropic|x)-ratelimit-.*)$/;

/**
 * The given fetch, which tells each request's line and body, and each line of an answer as it comes:
 *
 *     in POST /v1/messages | in {…} | out HTTP 200 {…headers} | out data: {…} … | mark answered
 *
 * Headers are told of answers only and never of requests: a key travels there. `adapt` may rewrite the body of an
 * answer that is an error.
 */
export function recordingFetch(
  ask: Fetch,
  record: RecordTraffic,
  more: { readonly adapt?: (text: string) => string } = {},
): Fetch {
  const keep = (mark: TurnMark) => record("mark", JSON.stringify(mark));
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    record("in", `${init?.method ?? "GET"} ${url.pathname}`);
    if (typeof init?.body === "string") record("in", init.body);
    const response = await ask(url, init).catch((error: unknown) => {
      record("out", NO_ANSWER);
      keep({ answered: causeOf(error) });
      throw error;
    });
    record("out", `HTTP ${response.status} ${JSON.stringify(keptHeaders(response.headers))}`);
    const { status, statusText } = response;
    const headers = plain(response.headers);
    if (!response.ok) {
      const text = await response.text();
      record("out", text);
      keep({ answered: true });
      return new Response(more.adapt?.(text) ?? text, { status, statusText, headers });
    }
    if (response.body === null) return response;
    const told = ReadableStream.from(toldLines(response.body, record, keep));
    return new Response(told, { status, statusText, headers });
  };
}

/** Passes a body on and tells its lines. */
async function* toldLines(
  body: ReadableStream<Uint8Array>,
  record: RecordTraffic,
  keep: (mark: TurnMark) => void,
): AsyncGenerator<Uint8Array> {
  const texts = new WholeTexts(answerPieces, keep);
  const decoder = new TextDecoder();
  let open = "";
  let ended: true | string = "nobody read on";
  const tell = (line: string) => record("out", texts.recordable(line));
  try {
    for await (const part of body) {
      const lines = (open + decoder.decode(part, { stream: true })).split("\n");
      open = lines.pop() ?? "";
      for (const line of lines) tell(line);
      yield part;
    }
    ended = true;
  } catch (error) {
    ended = causeOf(error);
    throw error;
  } finally {
    if (open !== "") tell(open);
    texts.end();
    keep({ answered: ended });
  }
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function keptHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => KEPT_HEADERS.test(name)));
}

/** The headers of a body that was decoded already. */
function plain(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) kept.delete(name);
  return kept;
}
