import {
  type WsClientMessage,
  WsClientMessage as WsClientMessageSchema,
  type WsServerMessage,
} from "@harness/protocol";
import type { WebSocket } from "ws";
import type { EventFilter, FeedCursor, Feeds } from "../events/index.ts";

/** Subscriptions of one socket. */
const MOST_TOPICS = 100;
/** Bytes a socket may have waiting before its feeds pause, and how long it may stay there before it is dropped. */
const PAUSE_BYTES = 1024 * 1024;
const DRAIN_MS = 30_000;
/** Messages a client may send in a second. */
const MOST_MESSAGES = 50;

/**
 * One client of `/ws/events`: any number of topics, each a cursor of its own over the log. A full socket pauses its
 * feeds; one that stays full is dropped and resumes from its cursors.
 */
export class EventSocket {
  readonly #socket: WebSocket;
  readonly #feeds: Pick<Feeds, "open" | "headSeq">;
  readonly #topics = new Map<string, FeedCursor>();
  readonly #closed = new AbortController();
  #window = { since: 0, messages: 0 };

  constructor(socket: WebSocket, feeds: Pick<Feeds, "open" | "headSeq">, heartbeatMs: number) {
    this.#socket = socket;
    this.#feeds = feeds;
    let alive = true;
    const beat = setInterval(() => {
      if (alive) socket.ping();
      else socket.terminate();
      alive = false;
    }, heartbeatMs);
    socket.on("pong", () => {
      alive = true;
    });
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearInterval(beat);
      this.#closed.abort();
      for (const cursor of this.#topics.values()) cursor.close();
    });
  }

  #receive(data: unknown, isBinary: boolean): void {
    const now = performance.now();
    if (now - this.#window.since > 1000) this.#window = { since: now, messages: 0 };
    this.#window.messages += 1;
    if (this.#window.messages > MOST_MESSAGES) {
      this.#socket.close(1008, "too many messages");
      return;
    }
    const message = isBinary ? "Send text frames with JSON." : readMessage(String(data));
    if (typeof message === "string") this.#refuse(null, message);
    else if (message.type === "ping") this.#send({ type: "pong" });
    else if (message.type === "subscribe") this.#subscribe(message);
    else {
      this.#topics.get(message.id)?.close();
      this.#topics.delete(message.id);
      this.#send({ type: "unsubscribed", id: message.id });
    }
  }

  #subscribe(message: Extract<WsClientMessage, { type: "subscribe" }>): void {
    const { id, topic } = message;
    const filter = filterOf(topic);
    const refusal = !filter
      ? "Unknown topic. Topics: all, task:ID, project:ID, type:EVENT."
      : this.#topics.has(id)
        ? `The subscription ${id} exists already.`
        : this.#topics.size >= MOST_TOPICS
          ? `At most ${MOST_TOPICS} subscriptions on one socket.`
          : undefined;
    if (!filter || refusal !== undefined) {
      this.#refuse(id, refusal ?? "");
      return;
    }
    const opened = this.#feeds.open(filter, message.after_seq ?? "head");
    if (opened.status === "resync_required") {
      const { oldest_seq, head_seq } = opened;
      this.#send({ type: "resync_required", id, oldest_seq, head_seq });
      return;
    }
    this.#topics.set(id, opened.cursor);
    this.#send({ type: "subscribed", id, topic, head_seq: this.#feeds.headSeq });
    void this.#pump(id, opened.cursor);
  }

  async #pump(id: string, cursor: FeedCursor): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted && this.#topics.get(id) === cursor) {
      const frames = await cursor.take();
      if (frames.length === 0) await cursor.wait(signal);
      for (const frame of frames) {
        if (this.#socket.bufferedAmount > PAUSE_BYTES) await this.#flushed();
        if (signal.aborted || this.#topics.get(id) !== cursor) return;
        this.#socket.send(
          `{"type":"event","id":${JSON.stringify(id)},"prev_seq":${frame.prev_seq},"event":${frame.json}}`,
        );
      }
    }
  }

  /** Waits until what is buffered was handed on; `ws` has no drain event, so an empty ping's callback tells. */
  async #flushed(): Promise<void> {
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => {
        this.#socket.terminate();
        resolve();
      }, DRAIN_MS);
      this.#socket.ping("", false, () => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  #send(message: WsServerMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  #refuse(id: string | null, message: string): void {
    this.#send({ type: "error", id, code: "invalid_params", message });
  }
}

function readMessage(text: string): WsClientMessage | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "The frame is not JSON.";
  }
  const parsed = WsClientMessageSchema.safeParse(value);
  return parsed.success
    ? parsed.data
    : `${parsed.error.issues[0]?.path.map(String).join(".") || "message"}: ${parsed.error.issues[0]?.message ?? "invalid"}`;
}

function filterOf(topic: string): EventFilter | undefined {
  if (topic === "all") return {};
  const [kind, name] = [topic.slice(0, topic.indexOf(":")), topic.slice(topic.indexOf(":") + 1)];
  if (name === "") return undefined;
  if (kind === "task") return { task_id: name };
  if (kind === "project") return { project_id: name };
  if (kind === "type") return { types: [name] };
  return undefined;
}
