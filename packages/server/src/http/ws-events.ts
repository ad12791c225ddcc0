import {
  eventTypes,
  idPattern,
  isHarnessError,
  type WsClientMessage,
  WsClientMessage as WsClientMessageSchema,
  type WsServerMessage,
} from "@harness/protocol";
import type { WebSocket } from "ws";
import type { EventFilter, FeedCursor, Feeds } from "../events/index.ts";

/** Subscriptions of one socket. */
const MOST_TOPICS = 100;
/** Bytes a socket may have waiting before its feeds pause. */
const PAUSE_BYTES = 1024 * 1024;
/** Messages and pings a client may send in a second: enough to take up every subscription again at once. */
const MOST_MESSAGES = 200;
/** How long a client may take to answer a close (milliseconds). */
const FAREWELL_MS = 1_000;

export interface SocketDeps {
  readonly feeds: Pick<Feeds, "open" | "headSeq">;
  /** The id of a project by its id, name or root. */
  readonly projectId: (key: string) => Promise<string>;
  readonly heartbeatMs: number;
  /** How long a socket may stay full before it is dropped; it resumes from its cursors. */
  readonly drainMs: number;
}

/** Every WebSocket that is open, so that the server can end them. */
export class SocketHall {
  readonly #deps: SocketDeps;
  readonly #open = new Set<EventSocket>();
  #closed = false;

  constructor(deps: SocketDeps) {
    this.#deps = deps;
  }

  /** Takes in a socket whose handshake was judged like any request. */
  enter(socket: WebSocket): void {
    const client = new EventSocket(socket, this.#deps);
    this.#open.add(client);
    socket.on("close", () => this.#open.delete(client));
    if (this.#closed) client.end(1001, "the server is stopping");
  }

  /** Tells every client that the server stops, and drops those that do not answer. */
  close(): void {
    this.#closed = true;
    for (const client of this.#open) client.end(1001, "the server is stopping");
  }
}

interface Subscription {
  readonly cursor: FeedCursor;
  readonly over: AbortController;
}

/**
 * One client of `/ws/events`: any number of topics, each a cursor of its own over the log. A full socket pauses its
 * feeds; one that stays full is dropped and resumes from its cursors.
 */
class EventSocket {
  readonly #socket: WebSocket;
  readonly #deps: SocketDeps;
  readonly #topics = new Map<string, Subscription>();
  #window = { since: 0, messages: 0 };
  #heard = true;
  #fullSince: number | undefined;
  #ending = false;
  /** Messages are answered one after another, in the order they came. */
  #answered: Promise<void> = Promise.resolve();

  constructor(socket: WebSocket, deps: SocketDeps) {
    this.#socket = socket;
    this.#deps = deps;
    const beat = setInterval(() => this.#beat(), deps.heartbeatMs);
    socket.on("pong", () => {
      this.#heard = true;
    });
    // The library answers pings by itself; a flood of them is a flood all the same.
    socket.on("ping", () => this.#count());
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("error", () => socket.terminate());
    socket.on("close", () => {
      clearInterval(beat);
      for (const id of [...this.#topics.keys()]) this.#drop(id);
    });
  }

  /** Says why it ends and ends, with or without the client. */
  end(code: number, reason: string): void {
    if (this.#ending) return;
    this.#ending = true;
    for (const id of [...this.#topics.keys()]) this.#drop(id);
    this.#socket.close(code, reason);
    const late = setTimeout(() => this.#socket.terminate(), FAREWELL_MS);
    this.#socket.on("close", () => clearTimeout(late));
  }

  #beat(): void {
    // What waits in a full socket hides the pong; then the time to drain decides.
    this.#fullSince = this.#socket.bufferedAmount > 0 ? (this.#fullSince ?? performance.now()) : undefined;
    const stuck = this.#fullSince !== undefined && performance.now() - this.#fullSince >= this.#deps.drainMs;
    if (stuck || (this.#fullSince === undefined && !this.#heard)) this.#socket.terminate();
    else if (this.#fullSince === undefined) this.#socket.ping();
    this.#heard = false;
  }

  /** False once the client sent more than it may. */
  #count(): boolean {
    const now = performance.now();
    if (now - this.#window.since > 1000) this.#window = { since: now, messages: 0 };
    this.#window.messages += 1;
    this.#heard = true;
    if (this.#window.messages > MOST_MESSAGES) this.end(1008, "too many messages");
    return !this.#ending;
  }

  #receive(data: unknown, isBinary: boolean): void {
    if (!this.#count()) return;
    const message = isBinary ? "Send text frames with JSON." : readMessage(String(data));
    this.#answered = this.#answered
      .then(async () => {
        const answer = typeof message === "string" ? refusal(null, message) : await this.#answer(message);
        this.#send(answer);
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
    const filter = await this.#filterOf(topic);
    if (!filter)
      return refusal(id, "There is no such topic. Topics: all, task:ID, project:NAME, type:EVENT.");
    if (this.#topics.has(id)) return refusal(id, `The subscription ${id} exists already.`);
    if (this.#topics.size >= MOST_TOPICS)
      return refusal(id, `At most ${MOST_TOPICS} subscriptions on one socket.`);
    if (this.#socket.readyState !== this.#socket.OPEN) return refusal(id, "The socket is closing.");
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

  /** What a topic asks for; undefined for one that could never carry anything. */
  async #filterOf(topic: string): Promise<EventFilter | undefined> {
    if (topic === "all") return {};
    const [, kind, name = ""] = /^(task|project|type):(.+)$/s.exec(topic) ?? [];
    if (kind === "task" && idPattern("task").test(name)) return { task_id: name };
    if (kind === "type" && (eventTypes as readonly string[]).includes(name)) return { types: [name] };
    if (kind !== "project") return undefined;
    return this.#deps.projectId(name).then(
      (project_id) => ({ project_id }),
      (error: unknown) => {
        if (isHarnessError(error, "project_not_found")) return undefined;
        throw error;
      },
    );
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
        if (this.#socket.bufferedAmount > PAUSE_BYTES) await this.#flushed();
        if (signal.aborted) return;
        this.#socket.send(`{"type":"event","id":${name},"prev_seq":${frame.prev_seq},"event":${frame.json}}`);
      }
    }
  }

  /** Waits until what is buffered was handed on; `ws` has no drain event, so an empty pong's callback tells. */
  async #flushed(): Promise<void> {
    await new Promise<void>((resolve) => {
      const late = setTimeout(() => this.#socket.terminate(), this.#deps.drainMs);
      this.#socket.pong("", false, () => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  #send(message: WsServerMessage): void {
    this.#socket.send(JSON.stringify(message));
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
