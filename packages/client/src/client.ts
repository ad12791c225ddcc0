import {
  type EventFrame,
  errorCatalogue,
  HarnessError,
  isHarnessError,
  type OperationName,
  operations,
  type Params,
  parseRoute,
  type Result,
  type RpcNotification,
  type StreamItem,
  type StreamName,
  streams,
  type TaskSocketMessage,
  type WsServerMessage,
} from "@harness/protocol";
import type { z } from "zod";
import { followNotifications, type NotificationParams } from "./notification-feed.ts";
import { checked, errorOf, goneEvents, readJson } from "./problem.ts";
import { pauseOf, sleep } from "./sleep.ts";
import { readSse, type SseMessage } from "./sse.ts";
import { followTask, type TaskFeedParams } from "./task-feed.ts";
import { followLog, followTopic } from "./topic-feed.ts";
import { TopicHub, type TopicParams } from "./topic-hub.ts";
import { type Socket, Topics } from "./topics.ts";

/** Where the server is and how to be let in. */
export interface ClientOptions {
  /** Such as `http://127.0.0.1:9800`. */
  readonly url: string;
  /** Left out in a browser, where the login cookie speaks. */
  readonly token?: string;
  readonly fetch?: typeof fetch;
  /** Opens a WebSocket. Unless given, the platform's own: Node's sends the token, a browser's the cookie. */
  readonly openSocket?: (url: string, headers: Readonly<Record<string, string>>) => Socket;
  /** First and longest pause before a lost stream is opened again (milliseconds); 250 and 5,000 unless told. */
  readonly reconnectMs?: readonly [first: number, longest: number];
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** How a feed is told apart from a quiet one: whether it is connected now. */
export interface FollowOptions extends CallOptions {
  /** Told each time the connection stands, and each time it is lost, until the feed ends. */
  readonly onConnection?: (state: "open" | "lost") => void;
}

/** The feeds that come over SSE. */
type FeedName = {
  [N in StreamName]: (typeof streams)[N]["transport"] extends "sse" ? N : never;
}[StreamName];

/** What a feed yields: the frame of its row. */
export type FeedItem<N extends FeedName> = z.output<(typeof streams)[N]["frame"]>;

/** What a feed is asked for: the parameters of its row. */
export type FeedParams<N extends FeedName> = z.input<(typeof streams)[N]["params"]>;

const RECONNECT_MS = [250, 5_000] as const;

/**
 * The typed client of the whole HTTP surface. It is derived from the operation table: nothing is generated, and a
 * new row is callable at once. What the server refuses is a `HarnessError` with its code; a server that cannot be
 * reached is the `TypeError` of `fetch`, whose cause says why.
 */
export class HarnessClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #fetch: typeof fetch;
  readonly #openSocket: NonNullable<ClientOptions["openSocket"]>;
  readonly #reconnectMs: readonly [first: number, longest: number];
  readonly #hub = new TopicHub(() => this.#connect(streams.ws_events.path));

  constructor(options: ClientOptions) {
    this.#url = options.url.replace(/\/+$/, "");
    this.#headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
    this.#fetch = options.fetch ?? globalThis.fetch.bind(globalThis);
    this.#openSocket = options.openSocket ?? platformSocket;
    this.#reconnectMs = options.reconnectMs ?? RECONNECT_MS;
  }

  /** Calls an operation. The result is checked against the table: a server that answers something else is an error. */
  async call<N extends OperationName>(
    name: N,
    params: Params<N>,
    options: CallOptions = {},
  ): Promise<Result<N>> {
    const row = operations[name];
    const { method, path } = parseRoute(row.http[0]);
    const { url, rest } = fillPath(path, params);
    const inQuery = method === "GET" || method === "DELETE";
    const response = await this.#send(inQuery ? `${url}${queryOf(rest)}` : url, {
      method,
      ...(options.signal ? { signal: options.signal } : {}),
      ...(inQuery ? {} : { body: JSON.stringify(rest), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    if (!response.ok) throw errorOf(response.status, text);
    const value = response.status === 204 ? null : readJson(text);
    return checked(`The answer to ${name}`, row.result, value) as Result<N>;
  }

  /**
   * Follows a feed. A connection that is lost once it stood is opened again from the last event, so nothing is
   * missed and nothing comes twice; the feed of a task ends by itself with `done`, that of a thread with
   * `thread.deleted`. Ends when the signal aborts. Throws `invalid_cursor` when the events after the cursor are gone:
   * read the state anew then.
   */
  async *stream<N extends FeedName>(
    name: N,
    params: FeedParams<N>,
    options: CallOptions = {},
  ): AsyncGenerator<FeedItem<N>, void, undefined> {
    const { signal } = options;
    const place: Place = { lastId: undefined, stood: false };
    const pause = pauseOf(this.#reconnectMs);
    while (!signal?.aborted) {
      try {
        for await (const message of this.#open(name, params, place, signal)) {
          pause.reset();
          // The last message of the lines of a task is its status, and no line.
          if (message.event === "done") return;
          const item = decode(name, message);
          if (message.id !== undefined) place.lastId = message.id;
          yield item;
          if (isLast(name, message, item)) return;
        }
      } catch (error) {
        if (signal?.aborted) return;
        if (!place.stood || !isPassing(error)) throw error;
      }
      await sleep(pause.next(), signal);
    }
  }

  /**
   * Follows a topic of the event log (`all`, `state`, `task:ID`, `thread:ID`, `project:ID`, `type:EVENT,EVENT`) over a
   * WebSocket that all topics of this client share, with the same promise as `stream`: a lost socket is opened again
   * from the last event; `onConnection` is told. A reader that is slow is sent no more than it can hold.
   */
  topic(params: TopicParams, options: FollowOptions = {}): AsyncGenerator<EventFrame, void, undefined> {
    return followTopic(this.#hub, params, pauseOf(this.#reconnectMs), options);
  }

  /** Follows the log of a task as lines of text over the same WebSocket, from the oldest that is kept; ends with the task. */
  log(task_id: string, options: FollowOptions = {}): AsyncGenerator<string, void, undefined> {
    return followLog(this.#hub, task_id, pauseOf(this.#reconnectMs), options);
  }

  /** Lets go of the WebSocket of the topics, such as when the network is known to be gone: each goes on over a new one. */
  reconnect(): void {
    this.#hub.drop("it is opened anew");
  }

  /**
   * Follows a task under seed 3's names over its own WebSocket, from its beginning unless told, with the same promise;
   * ends with the task. What a person says to the work is `call("task/intervene", …)`.
   */
  taskFeed(
    params: TaskFeedParams,
    { signal }: CallOptions = {},
  ): AsyncGenerator<TaskSocketMessage, void, undefined> {
    const { url } = fillPath(streams.ws_task.path, { task_id: params.task_id });
    const connect = (query: string) => this.#connect(`${url}${query}`);
    return followTask(connect, params, pauseOf(this.#reconnectMs), signal);
  }

  /**
   * Follows what happens as the notifications of JSON-RPC (`turn/started`, `message/delta`, …) over a WebSocket, with the
   * same promise.
   */
  notifications(
    params: NotificationParams = {},
    { signal }: CallOptions = {},
  ): AsyncGenerator<RpcNotification, void, undefined> {
    const connect = () => this.#connect(streams.rpc.path);
    return followNotifications(connect, params, pauseOf(this.#reconnectMs), signal);
  }

  /** Opens a WebSocket for topics of the event log. It is not opened again by itself: `onClose` says when it ended. */
  topics(onMessage: (message: WsServerMessage) => void, onClose?: (reason: string) => void): Topics {
    return new Topics(this.#connect(streams.ws_events.path), onMessage, onClose);
  }

  #connect(path: string): Socket {
    return this.#openSocket(`${this.#url.replace(/^http/, "ws")}${path}`, this.#headers);
  }

  async *#open(
    name: FeedName,
    params: object,
    place: Place,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<SseMessage> {
    const { url, rest } = fillPath(streams[name].path, params);
    const resume: Record<string, string> = {};
    if (place.lastId !== undefined) resume["last-event-id"] = place.lastId;
    const response = await this.#send(`${url}${queryOf(rest)}`, {
      headers: { accept: "text/event-stream", ...resume },
      ...(signal ? { signal } : {}),
    });
    if (!response.ok) throw errorOf(response.status, await response.text());
    place.stood = true;
    // Where the feed begins: a cut before its first event must not move it to the newest one.
    place.lastId ??= response.headers.get("x-harness-cursor") ?? undefined;
    if (response.body) yield* readSse(response.body);
  }

  #send(path: string, init: RequestInit & { headers?: Record<string, string> }): Promise<Response> {
    return this.#fetch(`${this.#url}${path}`, { ...init, headers: { ...init.headers, ...this.#headers } });
  }
}

/** How far a stream has come. */
interface Place {
  lastId: string | undefined;
  /** Whether the server has accepted it once. */
  stood: boolean;
}

/** Whether a feed ends by itself with this: `done` of a task, the deletion of a thread. */
function isLast(name: FeedName, { event }: SseMessage, item: unknown): boolean {
  if (name === "thread") return event === "thread.deleted";
  return name === "task" && (item as StreamItem).type === "done";
}

/** A lost connection passes, and so does a server that restarts or is busy; any other refusal is final. */
function isPassing(error: unknown): boolean {
  return (
    !isHarnessError(error) || (errorCatalogue[error.code].retry === "later" && error.code !== "internal")
  );
}

/** Puts the parameters a path names into it and returns the others. */
function fillPath(path: string, params: object): { url: string; rest: Record<string, unknown> } {
  const rest: Record<string, unknown> = { ...params };
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = String(rest[name] ?? "");
    delete rest[name];
    // A URL cannot carry these as a part of its path: it would become another path.
    if (value === "" || value === "." || value === "..")
      throw new HarnessError("invalid_params", `${name} must not be ${JSON.stringify(value)}.`, {
        field: name,
        got: value,
      });
    return encodeURIComponent(value);
  });
  return { url, rest };
}

function decode<N extends FeedName>(name: N, { event, data }: SseMessage): FeedItem<N> {
  if (event === "resync_required") throw goneEvents();
  // Lines of text are themselves; everything else is JSON.
  const value = name === "task_logs" ? data : readJson(data);
  return checked(`An event of ${streams[name].path}`, streams[name].frame, value) as FeedItem<N>;
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

/** Node's WebSocket takes headers as a browser's does not; there the cookie goes along by itself. */
function platformSocket(url: string, headers: Readonly<Record<string, string>>): Socket {
  const Platform = WebSocket as unknown as new (url: string, options?: object) => Socket;
  return Object.keys(headers).length === 0 ? new Platform(url) : new Platform(url, { headers });
}
