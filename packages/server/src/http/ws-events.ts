import {
  type ErrorCode,
  HarnessError,
  type WsClientMessage,
  WsClientMessage as WsClientMessageSchema,
  type WsServerMessage,
} from "@harness/protocol";
import type { WebSocket } from "ws";
import type { EventFilter, FeedCursor, Feeds, Frame } from "../events/index.ts";
import { LiveSocket, type SocketPatience } from "./live-socket.ts";
import { runFeed } from "./run-feed.ts";
import type { SocketClient } from "./socket-hall.ts";
import { narrowed, topicFilter } from "./topic-filter.ts";
import { type TaskState, type TopicTelling, tellingOf } from "./topic-telling.ts";

/** Subscriptions of one socket. */
const MOST_TOPICS = 100;
/** Messages a client may send in a second: enough to take up every subscription again at once. */
const MOST_MESSAGES = 200;

export interface SocketDeps extends SocketPatience {
  readonly feeds: Pick<Feeds, "open" | "headSeq">;
  /** Where a task stands, and whether an attempt of it still runs; undefined when there is no such task. */
  readonly taskState: TaskState;
  /** The id of a project by its id, name or root. */
  readonly projectId: (key: string) => Promise<string>;
}

type Subscribe = Extract<WsClientMessage, { type: "subscribe" }>;

interface Subscription {
  readonly cursor: FeedCursor;
  readonly over: AbortController;
  readonly telling: TopicTelling;
}

/**
 * One client of `/ws/events`: any number of topics, each a cursor of its own over the log. A full socket pauses its
 * feeds; one that stays full is dropped and resumes from its cursors.
 */
export class EventSocket implements SocketClient {
  readonly #live: LiveSocket;
  readonly #deps: SocketDeps;
  readonly #topics = new Map<string, Subscription>();
  /** Messages are answered one after another, in the order they came. */
  #answered: Promise<void> = Promise.resolve();

  constructor(socket: WebSocket, deps: SocketDeps) {
    this.#deps = deps;
    this.#live = new LiveSocket(socket, {
      heartbeatMs: deps.heartbeatMs,
      drainMs: deps.drainMs,
      mostMessages: MOST_MESSAGES,
      onMessage: (data, isBinary) => this.#receive(data, isBinary),
      onEnd: () => {
        for (const id of [...this.#topics.keys()]) this.#drop(id);
      },
    });
  }

  /** Says why it ends and ends, with or without the client. */
  end(code: number, reason: string): void {
    this.#live.end(code, reason);
  }

  #receive(data: Buffer, isBinary: boolean): void {
    const message = isBinary ? "Send text frames with JSON." : readMessage(String(data));
    this.#answered = this.#answered
      .then(async () => {
        const answer = typeof message === "string" ? refusal(null, message) : await this.#answer(message);
        void this.#live.send(JSON.stringify(answer));
        // The first event of a topic goes out after the answer.
        if (answer.type === "subscribed") this.#start(answer.id);
      })
      .catch(() => this.end(1011, "the feed failed"));
  }

  async #answer(message: WsClientMessage): Promise<WsServerMessage> {
    switch (message.type) {
      case "ping":
        return { type: "pong" };
      case "subscribe":
        return this.#subscribe(message);
      case "unsubscribe":
        this.#drop(message.id);
        return { type: "unsubscribed", id: message.id };
    }
  }

  async #subscribe(message: Subscribe): Promise<WsServerMessage> {
    const { id, topic, after_seq, types } = message;
    const filter = await this.#filterOf(topic, types);
    if (typeof filter === "string") return refusal(id, filter);
    const telling = await tellingOf(topic, id, this.#deps.taskState);
    if (telling instanceof HarnessError) return refusal(id, telling.message, telling.code);
    if (this.#topics.has(id)) return refusal(id, `The subscription ${id} exists already.`);
    if (this.#topics.size >= MOST_TOPICS)
      return refusal(id, `At most ${MOST_TOPICS} subscriptions on one socket.`);
    if (!this.#live.isOpen) return refusal(id, "The socket is closing.");
    const opened = this.#deps.feeds.open(filter, after_seq ?? telling.from);
    if (opened.status === "resync_required") {
      const { oldest_seq, head_seq } = opened;
      return { type: "resync_required", id, oldest_seq, head_seq };
    }
    this.#topics.set(id, { cursor: opened.cursor, over: new AbortController(), telling });
    return { type: "subscribed", id, topic, head_seq: this.#deps.feeds.headSeq };
  }

  async #filterOf(topic: string, types: Subscribe["types"]): Promise<EventFilter | string> {
    if (types !== undefined && topic.startsWith("log:")) return "A log is told whole: it takes no types.";
    const filter = await topicFilter(topic, this.#deps.projectId);
    return typeof filter === "string" ? filter : narrowed(filter, types);
  }

  /** Sends the events of a topic from now on. A feed that fails ends the socket; the client resumes. */
  #start(id: string): void {
    const subscription = this.#topics.get(id);
    if (subscription) this.#pump(id, subscription).catch(() => this.end(1011, "the feed failed"));
  }

  #drop(id: string): void {
    const subscription = this.#topics.get(id);
    this.#topics.delete(id);
    subscription?.over.abort();
    subscription?.cursor.close();
  }

  async #pump(id: string, { cursor, over: { signal }, telling }: Subscription): Promise<void> {
    const write = async (frames: readonly Frame[]) => {
      for (const frame of frames) {
        if (signal.aborted) return false;
        const text = telling.textOf(frame);
        if (text !== undefined) await this.#live.send(text);
      }
      return true;
    };
    const last = await runFeed({ cursor, write, atEnd: telling.atEnd }, signal);
    if (last === undefined || signal.aborted) return;
    this.#drop(id);
    await this.#live.send(last);
  }
}

function refusal(id: string | null, message: string, code: ErrorCode = "invalid_params"): WsServerMessage {
  return { type: "error", id, code, message };
}

function readMessage(text: string): WsClientMessage | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "The frame is not JSON.";
  }
  const parsed = WsClientMessageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  return `${issue.path.map(String).join(".") || "message"}: ${issue.message}`;
}
