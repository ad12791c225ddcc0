import {
  type WsClientMessage,
  WsClientMessage as WsClientMessageSchema,
  type WsServerMessage,
} from "@harness/protocol";
import type { WebSocket } from "ws";
import type { FeedCursor, Feeds } from "../events/index.ts";
import { LiveSocket, type SocketPatience } from "./live-socket.ts";
import type { SocketClient } from "./socket-hall.ts";
import { topicFilter } from "./topic-filter.ts";

/** Subscriptions of one socket. */
const MOST_TOPICS = 100;
/** Messages a client may send in a second: enough to take up every subscription again at once. */
const MOST_MESSAGES = 200;

export interface SocketDeps extends SocketPatience {
  readonly feeds: Pick<Feeds, "open" | "headSeq">;
  /** The id of a project by its id, name or root. */
  readonly projectId: (key: string) => Promise<string>;
}

interface Subscription {
  readonly cursor: FeedCursor;
  readonly over: AbortController;
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

  async #subscribe({
    id,
    topic,
    after_seq,
  }: Extract<WsClientMessage, { type: "subscribe" }>): Promise<WsServerMessage> {
    const filter = await topicFilter(topic, this.#deps.projectId);
    if (typeof filter === "string") return refusal(id, filter);
    if (this.#topics.has(id)) return refusal(id, `The subscription ${id} exists already.`);
    if (this.#topics.size >= MOST_TOPICS)
      return refusal(id, `At most ${MOST_TOPICS} subscriptions on one socket.`);
    if (!this.#live.isOpen) return refusal(id, "The socket is closing.");
    const opened = this.#deps.feeds.open(filter, after_seq ?? "head");
    if (opened.status === "resync_required") {
      const { oldest_seq, head_seq } = opened;
      return { type: "resync_required", id, oldest_seq, head_seq };
    }
    this.#topics.set(id, { cursor: opened.cursor, over: new AbortController() });
    return { type: "subscribed", id, topic, head_seq: this.#deps.feeds.headSeq };
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

  async #pump(id: string, { cursor, over: { signal } }: Subscription): Promise<void> {
    const name = JSON.stringify(id);
    while (!signal.aborted) {
      const frames = await cursor.take();
      if (frames.length === 0) await cursor.wait(signal);
      for (const frame of frames) {
        if (signal.aborted) return;
        await this.#live.send(
          `{"type":"event","id":${name},"prev_seq":${frame.prev_seq},"event":${frame.json}}`,
        );
      }
    }
  }
}

function refusal(id: string | null, message: string): WsServerMessage {
  return { type: "error", id, code: "invalid_params", message };
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
