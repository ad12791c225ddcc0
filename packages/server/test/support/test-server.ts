import { once } from "node:events";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import path from "node:path";
import { HarnessClient } from "@harness/client";
import type { Clock, Params } from "@harness/protocol";
import { WebSocket } from "ws";
import { type RunningServer, startServer } from "../../src/start-server.ts";
import { makeRepository } from "./git-fixture.ts";
import { type TestAppOptions, testDir, writeConfig } from "./test-app.ts";

/** The real server on a free port and its own data directory, with one project whose tasks wait and never run. */
export interface TestServer extends AsyncDisposable {
  readonly server: RunningServer;
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly dir: string;
  readonly dataDir: string;
  /** Lines the server wrote for an operator. */
  readonly stderr: string[];
  readonly client: HarnessClient;
  /** A request with the token, unless `headers` brings its own `authorization` (an empty one is left out). */
  fetch(path: string, init?: RequestInit & { headers?: Record<string, string> }): Promise<Response>;
  /** A POST with a JSON body. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Sends these bytes on a connection of their own and answers everything that came back until it was closed. */
  raw(bytes: string | Buffer): Promise<string>;
  /** A bare connection to the server. */
  connect(): Promise<Socket>;
  /** A WebSocket client that has begun its handshake. */
  ws(headers?: Record<string, string>, at?: string): WebSocket;
  /** Submits a task of the project. */
  submit(params?: Partial<Params<"task/create">>): Promise<string>;
  /** The newest seq: what was not stored did not move it. */
  headSeq(): Promise<number>;
  /** Everything in the runtime logs. */
  logs(): string;
  /** Stops the server and starts it again on the same port and data directory. */
  restart(between?: () => Promise<void>): Promise<void>;
}

export interface TestServerOptions {
  readonly agents?: TestAppOptions["agents"];
  readonly config?: string;
  readonly env?: Record<string, string>;
  readonly flags?: Record<string, string | boolean>;
  readonly clock?: Clock;
}

export async function testServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dir = testDir("http");
  const dataDir = path.join(dir, "data");
  const stderr: string[] = [];
  const start = (port: number) =>
    startServer({
      flags: {
        config: writeConfig(dir, options),
        "data-dir": dataDir,
        port: String(port),
        ...options.flags,
      },
      env: { PATH: process.env["PATH"] ?? "", ...options.env },
      cwd: dir,
      home: dir,
      platform: process.platform,
      stderr: (line) => stderr.push(line),
      ...(options.clock ? { clock: options.clock } : {}),
    });
  let server = await start(0);
  const { url, token } = server;
  const { port } = new URL(url);
  const root = makeRepository(path.join(dir, "repo"), { "README.md": "# test\n" });
  const client = new HarnessClient({ url, token });
  await client.call("project/create", { root, id: "app", validation: "none" });
  // An inactive project takes tasks and starts none of them.
  await client.call("project/update", { project: "app", active: false });
  const fetchWith: TestServer["fetch"] = (at, init = {}) => {
    const { authorization = `Bearer ${token}`, ...headers } = init.headers ?? {};
    return fetch(`${url}${at}`, {
      redirect: "manual",
      ...init,
      headers: { ...headers, ...(authorization === "" ? {} : { authorization }) },
    });
  };
  const open = () => openSocket(Number(port));
  return {
    get server() {
      return server;
    },
    url,
    port: Number(port),
    token,
    dir,
    dataDir,
    stderr,
    client,
    fetch: fetchWith,
    post: (at, body, headers = {}) =>
      fetchWith(at, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
    raw: async (bytes) => answerTo(await open(), bytes),
    connect: open,
    ws: (headers = { authorization: `Bearer ${token}` }, at = "/ws/events") =>
      new WebSocket(`${url.replace("http", "ws")}${at}`, { headers }),
    submit: async (params = {}) =>
      (await client.call("task/create", { project: "app", prompt: "Do it", ...params })).task_id,
    headSeq: async () => (await client.call("server/status", {})).last_seq,
    logs: () =>
      readdirSync(path.join(dataDir, "logs"))
        .map((name) => readFileSync(path.join(dataDir, "logs", name), "utf8"))
        .join(""),
    async restart(between = async () => {}) {
      await server.stop("restart");
      await between();
      server = await start(Number(port));
    },
    async [Symbol.asyncDispose]() {
      await server.stop("test over");
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  // Being cut off is what many of these are for.
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

/** Sends bytes to a port of this machine and answers everything that came back until it was closed. */
export async function rawRequest(port: number, bytes: string | Buffer): Promise<string> {
  return answerTo(await openSocket(port), bytes);
}

/** Writes bytes and reads until the other side ends or resets: the bytes should ask it to close. */
async function answerTo(socket: Socket, bytes: string | Buffer): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.write(bytes);
  await closed;
  return Buffer.concat(chunks).toString("latin1");
}

/** Status and headers (lower case) of the first answer in raw bytes, and what came after its head. */
export function parseAnswer(text: string): { status: number; headers: Map<string, string>; body: string } {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const headers = new Map(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  return { status: Number(first.split(" ")[1]), headers, body: text.slice(end + 4) };
}
