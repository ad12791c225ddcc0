import { randomUUID } from "node:crypto";
import { type Clock, callAt } from "@harness/protocol";
import {
  isInitializeRequest,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import type { McpCaller } from "./caller.ts";
import { MessageLog } from "./message-log.ts";
import { refusal } from "./refusal.ts";

export interface SessionsDeps {
  readonly clock: Clock;
  readonly serverFor: (caller: McpCaller) => Server;
  readonly limits: {
    /** Sessions at a time. */
    readonly max_sessions: number;
    /** How long one may be without a request or an open stream. */
    readonly session_idle_secs: number;
  };
}

/** Hosts that say nothing for a while are sent a comment, so that a proxy keeps the stream (milliseconds). */
const KEEP_ALIVE_MS = 15_000;
/** What a host is told to wait before it comes back to a cut stream (milliseconds). */
const RETRY_MS = 1_000;

interface Session {
  readonly id: string;
  /** The token it was begun with; it is nobody else's. */
  readonly callerId: string;
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly server: Server;
  /** Requests and streams that are open. */
  open: number;
  usedAt: number;
  forgetIdle: () => void;
  forgetOver: () => void;
}

/**
 * The sessions of hosts that speak a revision with `initialize` (2025-11-25 and before): each begins with it and ends
 * with DELETE, with its token, after a time without use, or when the server closes. An id is not a key: a session
 * answers only to the token it was begun with.
 */
export class Sessions {
  readonly #deps: SessionsDeps;
  readonly #sessions = new Map<string, Session>();

  constructor(deps: SessionsDeps) {
    this.#deps = deps;
  }

  /** How many there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Answers one request. `request.signal` tells when its connection is gone. */
  async handle(request: Request, caller: McpCaller, body: unknown): Promise<Response> {
    const id = request.headers.get("mcp-session-id");
    if (id !== null) {
      const session = this.#sessions.get(id);
      if (session === undefined || session.callerId !== caller.id)
        return refusal(404, -32_001, "There is no such session. Begin one with initialize.");
      return this.#pass(session, request, body);
    }
    if (!isInitializeRequest(body))
      return refusal(400, -32_600, "Begin with initialize, and send the Mcp-Session-Id it answers with.");
    if (!this.#makeRoom())
      return refusal(503, -32_010, "Too many sessions are in use. End one, or try again later.", 5);
    return this.#begin(request, caller, body);
  }

  /** Ends every session. */
  async close(): Promise<void> {
    await Promise.all([...this.#sessions.values()].map((session) => this.#end(session)));
  }

  async #begin(request: Request, caller: McpCaller, body: unknown): Promise<Response> {
    const id = randomUUID();
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessionclosed: () => this.#end(session),
      eventStore: new MessageLog(),
      keepAliveMs: KEEP_ALIVE_MS,
      retryInterval: RETRY_MS,
    });
    const session: Session = {
      id,
      callerId: caller.id,
      transport,
      server: this.#deps.serverFor(caller),
      open: 0,
      usedAt: this.#deps.clock.now(),
      forgetIdle: () => {},
      forgetOver: () => caller.over.removeEventListener("abort", over),
    };
    const over = () => void this.#end(session);
    caller.over.addEventListener("abort", over, { once: true });
    this.#sessions.set(id, session);
    await session.server.connect(transport);
    const response = await this.#pass(session, request, body);
    if (!response.ok) await this.#end(session);
    return response;
  }

  async #pass(session: Session, request: Request, body: unknown): Promise<Response> {
    session.open += 1;
    session.forgetIdle();
    const done = () => {
      session.open -= 1;
      session.usedAt = this.#deps.clock.now();
      if (session.open === 0 && this.#sessions.has(session.id)) this.#endWhenIdle(session);
    };
    if (request.signal.aborted) done();
    else request.signal.addEventListener("abort", done, { once: true });
    return session.transport.handleRequest(request, body === undefined ? {} : { parsedBody: body });
  }

  #endWhenIdle(session: Session): void {
    const idleAt = session.usedAt + this.#deps.limits.session_idle_secs * 1000;
    session.forgetIdle();
    session.forgetIdle = callAt(this.#deps.clock, idleAt, () => {
      if (session.open === 0) void this.#end(session);
    });
  }

  /** False when there are as many as may be, each of them in use; else the one unused for longest goes. */
  #makeRoom(): boolean {
    if (this.#sessions.size < this.#deps.limits.max_sessions) return true;
    const unused = [...this.#sessions.values()].filter(({ open }) => open === 0);
    const oldest = unused.sort((a, b) => a.usedAt - b.usedAt)[0];
    if (oldest === undefined) return false;
    void this.#end(oldest);
    return true;
  }

  async #end(session: Session): Promise<void> {
    if (!this.#sessions.delete(session.id)) return;
    session.forgetIdle();
    session.forgetOver();
    await session.server.close();
  }
}
