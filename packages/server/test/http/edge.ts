import { createHmac, randomBytes } from "node:crypto";
import { connect } from "node:net";
import {
  type Clock,
  createIdFactory,
  type Event,
  type OperationName,
  type Scope,
  systemClock,
} from "@harness/protocol";
import { installCredential } from "../../src/access/index.ts";
import type { Frame } from "../../src/events/index.ts";
import { createHttpServer, type HttpServer, type HttpServerDeps } from "../../src/http/index.ts";
import type { Invoker } from "../../src/operations/index.ts";
import { Rpc } from "../../src/rpc/index.ts";

export const TOKEN = "test-token-0123456789-abcdefghijklmnop";
export const TASK = "task_01JZZZZZZZZZZZZZZZZZZZZZZZ";

/** What the edge asked of the operations. */
export interface Call {
  readonly name: OperationName;
  readonly raw: unknown;
  readonly scopes: ReadonlySet<Scope>;
}

/** The edge over operations that only note what they were asked, and a log in memory. */
export interface Edge extends AsyncDisposable {
  readonly server: HttpServer;
  readonly url: string;
  readonly port: number;
  readonly calls: Call[];
  readonly log: MemoryLog;
  /** A request with the token, unless `token` says otherwise. */
  fetch(path: string, init?: RequestInit & { token?: string | null }): Promise<Response>;
}

export interface EdgeOptions {
  readonly answer?: (name: OperationName, raw: unknown) => unknown;
  readonly config?: Partial<HttpServerDeps["config"]>;
  readonly patience?: HttpServerDeps["patience"];
  readonly taskState?: HttpServerDeps["taskState"];
  readonly ready?: () => Promise<boolean>;
  readonly clock?: Clock;
  readonly host?: string;
  /** The folder of a built dashboard. */
  readonly dashboard?: string;
  readonly failures?: unknown[];
}

export async function startEdge(options: EdgeOptions = {}): Promise<Edge> {
  const calls: Call[] = [];
  const log = new MemoryLog();
  // Every operation may be called here, those for the agent of a turn too.
  const person = installCredential();
  const secret = randomBytes(16);
  const install = { ...person, scopes: new Set<Scope>([...person.scopes, "task"]) };
  const invoker: Invoker = {
    invoke: async (name, raw, caller) => {
      calls.push({ name, raw, scopes: caller.scopes });
      return options.answer?.(name, raw) ?? {};
    },
  };
  const server = await createHttpServer({
    invoker,
    rpc: new Rpc({
      invoker,
      feeds: log,
      projectId: async (key) => key,
      newId: createIdFactory(Date.now),
      version: "0.0.0-test",
      redact: (text) => text,
    }),
    feeds: log,
    credentials: {
      install,
      find: (token) => (token === TOKEN ? install : undefined),
      seal: (purpose, text) => createHmac("sha256", secret).update(`${purpose} ${text}`).digest("base64url"),
    },
    dashboard: options.dashboard ?? null,
    clock: options.clock ?? systemClock,
    version: "0.0.0-test",
    config: {
      allow_public_bind: false,
      max_body_bytes: 1_048_576,
      trusted_proxies: [],
      rate_limit_per_minute: 0,
      sse_heartbeat_secs: 15,
      ...options.config,
    },
    taskState:
      options.taskState ?? (async (id) => (id === TASK ? { status: "queued", live: false } : undefined)),
    sessionThreadId: async (session) => session,
    planState: async () => null,
    taskAbout: async () => ({ goal: "a goal", startedAt: null, modulesComplete: null }),
    hasThread: async () => false,
    ready: options.ready ?? (async () => true),
    projectId: async (key) => key,
    mcp: () => Promise.reject(new Error("this edge has no agent hosts")),
    redact: (text) => text,
    logger: { error: (failure) => options.failures?.push(failure) },
    ...(options.patience ? { patience: options.patience } : {}),
  });
  const { url, port } = await server.listen({ host: options.host ?? "127.0.0.1", port: 0 });
  return {
    server,
    url,
    port,
    calls,
    log,
    fetch: (path, { token = TOKEN, ...init } = {}) => {
      const headers = new Headers(init.headers);
      if (token !== null) headers.set("authorization", `Bearer ${token}`);
      return fetch(`${url}${path}`, { redirect: "manual", ...init, headers });
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** A log of events in memory, with feeds over it as the server expects them. */
export class MemoryLog {
  readonly events: Event[] = [];
  /** Everything below was pruned. */
  oldest = 1;
  /** Feeds that are open. */
  cursors = 0;
  readonly #json: string[] = [];
  #waiting: (() => void)[] = [];

  get headSeq(): number {
    return this.events.length;
  }

  /** Appends a warning of a task; its text can be of any size. */
  append(message: string, task_id: string | null = TASK): Event {
    const event: Event = {
      seq: this.events.length + 1,
      at: "2026-01-01T00:00:00.000Z",
      type: "turn.warning",
      project_id: "proj_1",
      task_id,
      thread_id: null,
      turn_id: null,
      actor: "test",
      data: { message },
    };
    this.events.push(event);
    this.#json.push(JSON.stringify(event));
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
    return event;
  }

  lastSeqOf: HttpServerDeps["feeds"]["lastSeqOf"] = async (filter, upTo) =>
    this.events.findLast((event) => event.seq <= upTo && event.thread_id === filter.thread_id)?.seq ?? 0;

  open: HttpServerDeps["feeds"]["open"] = (filter, afterSeq) => {
    const start = afterSeq === "head" ? this.headSeq : afterSeq === "oldest" ? this.oldest - 1 : afterSeq;
    if (start > this.headSeq || (start > 0 && start < this.oldest - 1))
      return { status: "resync_required", oldest_seq: this.oldest, head_seq: this.headSeq };
    this.cursors += 1;
    let position = start;
    let previous = start;
    const take = async (): Promise<Frame[]> => {
      const frames: Frame[] = [];
      for (const event of this.events.slice(position, position + 256)) {
        position = event.seq;
        if (filter.task_id && filter.task_id !== event.task_id) continue;
        if (filter.types?.length && !filter.types.includes(event.type)) continue;
        frames.push({ seq: event.seq, prev_seq: previous, event, json: this.#json[event.seq - 1]! });
        previous = event.seq;
      }
      return frames;
    };
    const wait = (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        const done = () => {
          signal.removeEventListener("abort", done);
          resolve();
        };
        if (signal.aborted || position < this.headSeq) return resolve();
        signal.addEventListener("abort", done, { once: true });
        return this.#waiting.push(done);
      });
    return {
      status: "ok",
      cursor: {
        take,
        wait,
        get position() {
          return position;
        },
        close: () => {
          this.cursors -= 1;
        },
      },
    };
  };
}

/** Sends bytes as they are and returns what came back until the server closed the connection. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    socket.on("error", () => resolve(answer));
    socket.on("close", () => resolve(answer));
  });
}

/** The status of a raw answer; 0 when the connection was closed without one. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
