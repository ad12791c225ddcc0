import {
  EventFrame,
  HarnessError,
  type OperationName,
  operations,
  type Params,
  parseRoute,
  type Result,
  StreamItem,
  type StreamName,
  streams,
} from "@harness/protocol";
import { errorOf } from "./problem.ts";
import { readSse, type SseMessage } from "./sse.ts";

/** Where the server is and how to be let in. */
export interface ClientOptions {
  /** Such as `http://127.0.0.1:9800`. */
  readonly url: string;
  /** Left out in a browser, where the login cookie speaks. */
  readonly token?: string;
  readonly fetch?: typeof fetch;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** The feeds that come over SSE, by what each yields. */
interface Feeds {
  readonly task: StreamItem;
  readonly events: EventFrame;
}

/** First pause before a lost stream is opened again (milliseconds); it doubles up to the second number. */
const RECONNECT_MS = [250, 5_000] as const;

/**
 * The typed client of the whole HTTP surface. It is derived from the operation table: nothing is generated, and a
 * new row is callable at once. Failures are `HarnessError`s with the server's code.
 */
export class HarnessClient {
  readonly #url: string;
  readonly #token: string | undefined;
  readonly #fetch: typeof fetch;

  constructor(options: ClientOptions) {
    this.#url = options.url.replace(/\/+$/, "");
    this.#token = options.token;
    this.#fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
  }

  /** Calls an operation. The result is checked against the table: a server that answers something else is an error. */
  async call<N extends OperationName>(
    name: N,
    params: Params<N>,
    options: CallOptions = {},
  ): Promise<Result<N>> {
    const row = operations[name];
    const { method, path, names } = parseRoute(row.http[0]);
    const rest: Record<string, unknown> = { ...params };
    let url = path;
    for (const part of names) {
      url = url.replace(`{${part}}`, encodeURIComponent(String(rest[part])));
      delete rest[part];
    }
    const inQuery = method === "GET" || method === "DELETE";
    const query = inQuery ? queryOf(rest) : "";
    const response = await this.#send(`${url}${query}`, {
      method,
      ...(options.signal ? { signal: options.signal } : {}),
      ...(inQuery ? {} : { body: JSON.stringify(rest), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) throw errorOf(response.status, text);
    const parsed = row.result.safeParse(JSON.parse(text));
    if (!parsed.success) {
      throw new HarnessError(
        "internal",
        `The server's answer to ${name} is not what this version expects: ${parsed.error.issues[0]?.path.join(".")} ${parsed.error.issues[0]?.message}. Update the older of the two.`,
      );
    }
    return parsed.data as Result<N>;
  }

  /**
   * Follows a feed. A lost connection is opened again from the last event, so nothing is missed and nothing comes
   * twice; the task feed ends by itself with `done`. Throws `invalid_cursor` when the server asks for a resync.
   */
  async *stream<N extends keyof Feeds & StreamName>(
    name: N,
    params: Record<string, unknown>,
    options: CallOptions = {},
  ): AsyncGenerator<Feeds[N]> {
    const { signal } = options;
    let lastId: string | undefined;
    let pause: number = RECONNECT_MS[0];
    for (;;) {
      let opened = false;
      try {
        for await (const message of this.#open(name, params, lastId, signal)) {
          opened = true;
          pause = RECONNECT_MS[0];
          if (message.id !== undefined) lastId = message.id;
          const item = decode(name, message);
          yield item as Feeds[N];
          if (name === "task" && (item as StreamItem).type === "done") return;
        }
      } catch (error) {
        if (signal?.aborted) return;
        // A refusal is final; only a lost connection is tried again.
        if (error instanceof HarnessError) throw error;
      }
      if (signal?.aborted) return;
      await sleep(pause, signal);
      if (!opened) pause = Math.min(pause * 2, RECONNECT_MS[1]);
    }
  }

  async *#open(
    name: keyof Feeds,
    params: Record<string, unknown>,
    lastId: string | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<SseMessage> {
    const rest = { ...params };
    const path = streams[name].path.replace(/\{(\w+)\}/g, (_, part: string) => {
      const value = encodeURIComponent(String(rest[part]));
      delete rest[part];
      return value;
    });
    const response = await this.#send(`${path}${queryOf(rest)}`, {
      headers: { accept: "text/event-stream", ...(lastId === undefined ? {} : { "last-event-id": lastId }) },
      ...(signal ? { signal } : {}),
    });
    if (!response.ok) throw errorOf(response.status, await response.text());
    if (response.body) yield* readSse(response.body);
  }

  #send(path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
    const authorization = this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
    return this.#fetch(`${this.#url}${path}`, { ...init, headers: { ...init.headers, ...authorization } });
  }
}

function decode(name: keyof Feeds, message: SseMessage): StreamItem | EventFrame {
  if (message.event === "resync_required") {
    throw new HarnessError(
      "invalid_cursor",
      "The events after this cursor are gone. Read the state anew and follow from there.",
      { field: "after_seq" },
    );
  }
  const value: unknown = JSON.parse(message.data);
  return name === "task" ? StreamItem.parse(value) : EventFrame.parse(value);
}

/** Values as the server reads them: a list is a repeated key, nothing is joined. */
function queryOf(params: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, String(one));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
