import type { WsClientMessage } from "@harness/protocol";
import { z } from "zod";
import { readJson } from "./problem.ts";
import { type TopicEnd, TopicInbox } from "./topic-inbox.ts";
import type { Socket } from "./topics.ts";

/** What is followed, and from where; from now on unless told. */
export interface TopicParams {
  readonly topic: string;
  /** The last seq its reader has; `oldest`: everything that is kept. */
  readonly after_seq?: number | "oldest";
  /** Only these types of the topic's events. */
  readonly types?: Subscribe["types"];
}

type Subscribe = Extract<WsClientMessage, { type: "subscribe" }>;

/** For whom a message is. */
const Address = z.looseObject({ type: z.string(), id: z.string().nullish() });

/**
 * Every topic that is followed over one socket: opened with the first, closed with the last. A topic whose reader is slow
 * is let go and taken up again, and the others go on.
 */
export class TopicHub {
  readonly #connect: () => Socket;
  #line: Line | undefined;

  constructor(connect: () => Socket) {
    this.#connect = connect;
  }

  /** Takes up a topic. */
  follow(params: TopicParams, signal: AbortSignal | undefined): TopicInbox {
    if (!this.#line?.isOpen) this.#line = new Line(this.#connect());
    return this.#line.add(params, signal);
  }

  /** Lets go of the socket; whoever follows a topic goes on from its cursor over a new one. */
  drop(reason: string): void {
    this.#line?.end("lost", reason);
  }
}

/** One socket, from its first topic to its last. */
class Line {
  readonly #socket: Socket;
  readonly #inboxes = new Map<string, TopicInbox>();
  /** What is said once the socket is open; undefined since then. */
  #early: string[] | undefined = [];
  #over = false;
  #count = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    let trouble = "";
    socket.addEventListener("open", () => {
      for (const text of this.#early ?? []) socket.send(text);
      this.#early = undefined;
    });
    socket.addEventListener("error", ({ message }) => {
      trouble = message || "no connection";
    });
    socket.addEventListener("close", ({ code, reason }) =>
      this.end(this.#early ? "refused" : "lost", reason || trouble || `code ${code}`),
    );
    socket.addEventListener("message", ({ data }) => this.#receive(readJson(String(data))));
  }

  get isOpen(): boolean {
    return !this.#over;
  }

  add({ topic, after_seq, types }: TopicParams, signal: AbortSignal | undefined): TopicInbox {
    // A name is never used twice: what is still on its way to a topic that was let go is nobody's.
    this.#count += 1;
    const id = String(this.#count);
    const inbox = new TopicInbox(() => this.#leave(id), signal);
    this.#inboxes.set(id, inbox);
    this.#say({
      type: "subscribe",
      id,
      topic,
      ...(after_seq === undefined ? {} : { after_seq }),
      ...(types === undefined ? {} : { types }),
    });
    return inbox;
  }

  end(why: TopicEnd["why"], reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.close();
    for (const inbox of this.#inboxes.values()) inbox.end({ why, reason });
  }

  #receive(message: unknown): void {
    const { data: address } = Address.safeParse(message);
    if (address === undefined) this.end("lost", "the server sent what this version does not know");
    else this.#inboxes.get(address.id ?? "")?.put(message);
  }

  #leave(id: string): void {
    if (!this.#inboxes.delete(id) || this.#over) return;
    this.#say({ type: "unsubscribe", id });
    // Whoever takes up the next topic at once gets the same socket.
    queueMicrotask(() => {
      if (this.#inboxes.size === 0) this.end("left", "nobody listens");
    });
  }

  #say(message: WsClientMessage): void {
    const text = JSON.stringify(message);
    if (this.#early) this.#early.push(text);
    else if (!this.#over) this.#socket.send(text);
  }
}
