import { once } from "node:events";
import { rmSync } from "node:fs";
import path from "node:path";
import { PassThrough } from "node:stream";
import { WebSocket } from "ws";
import { z } from "zod";
import { startServing } from "../../src/start-server.ts";
import { type TestAppOptions, testDir, writeConfig } from "../support/test-app.ts";

/** Anything the server may send: a response, or a notification. */
export const Message = z.looseObject({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  method: z.string().optional(),
  params: z.looseObject({ seq: z.number().optional(), prev_seq: z.number().optional() }).optional(),
  result: z.unknown().optional(),
  error: z
    .object({ code: z.number(), message: z.string(), data: z.looseObject({ code: z.string() }) })
    .optional(),
});
export type Message = z.infer<typeof Message>;
const Sent = z.union([Message, z.array(Message).min(1)]);
type Sent = z.infer<typeof Sent>;

/** One client of a transport. */
export interface Wire extends AsyncDisposable {
  /** Sends text or bytes as they are, anything else as JSON. */
  send(message: unknown): void;
  /** The next thing the server sends, in order. */
  next(): Promise<Sent>;
  /** Calls a method and answers its response; what else came meanwhile is in `notes`. */
  call(method: string, params?: unknown): Promise<Message>;
  /** Shakes hands, where there are hands to shake. */
  greet(capabilities?: object): Promise<void>;
  /** Notifications that came while something else was waited for. */
  readonly notes: Message[];
  /** Resolves with how the connection ended: the code of a socket. */
  readonly closed: Promise<number>;
}

type Push = (text: string) => void;

/** Builds a wire from a way to send and the messages that are pushed. */
function wire(
  start: (push: Push) => {
    send: (bytes: string | Buffer) => void;
    end: () => Promise<void>;
    closed?: Promise<number>;
  },
  hands = true,
): Wire {
  const inbox: Sent[] = [];
  const notes: Message[] = [];
  let wake = () => {};
  const { send, end, closed } = start((text) => {
    inbox.push(Sent.parse(JSON.parse(text)));
    wake();
  });
  const next = async () => {
    while (inbox.length === 0)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    return inbox.shift()!;
  };
  let ids = 0;
  const sendAny = (message: unknown) =>
    send(typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  const call = async (method: string, params?: unknown) => {
    ids += 1;
    const id = `call-${ids}`;
    sendAny({ jsonrpc: "2.0", id, method, params });
    for (;;) {
      const message = await next();
      if (!Array.isArray(message) && message.id === id) return message;
      notes.push(...[message].flat());
    }
  };
  return {
    send: sendAny,
    next,
    call,
    notes,
    closed: closed ?? new Promise(() => {}),
    async greet(capabilities) {
      if (!hands) return;
      await call("initialize", { client_info: { name: "test", version: "1" }, capabilities });
      await call("initialized");
    },
    [Symbol.asyncDispose]: end,
  };
}

/** One POST for each message. */
export function httpWire(at: { url: string; token: string }): Wire & { readonly statuses: number[] } {
  const statuses: number[] = [];
  const http = wire((push) => {
    let last: Promise<void> = Promise.resolve();
    return {
      send: (body) => {
        last = last.then(async () => {
          const response = await fetch(`${at.url}/rpc`, {
            method: "POST",
            headers: { authorization: `Bearer ${at.token}`, "content-type": "application/json" },
            body,
          });
          statuses.push(response.status);
          const text = await response.text();
          if (text !== "") push(text);
        });
      },
      end: () => last,
    };
  }, false);
  return Object.assign(http, { statuses });
}

/** A WebSocket on `/ws`. */
export async function socketWire(
  at: { url: string; token: string },
  options: { headers?: Record<string, string> } = {},
): Promise<Wire & { readonly socket: WebSocket }> {
  const headers = options.headers ?? { authorization: `Bearer ${at.token}` };
  const socket = new WebSocket(`${at.url.replace("http", "ws")}/ws`, { headers });
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  socket.on("error", () => {});
  const made = wire((push) => {
    socket.on("message", (data) => push(String(data)));
    return {
      send: (bytes) => socket.send(bytes, { binary: false }),
      end: async () => {
        if (socket.readyState === WebSocket.CLOSED) return;
        socket.close();
        await closed;
      },
      closed,
    };
  });
  await once(socket, "open");
  return Object.assign(made, { socket });
}

/** A server in this process that talks over two streams. */
export interface StdioServer extends AsyncDisposable {
  readonly wire: Wire;
  readonly input: PassThrough;
  readonly output: PassThrough;
  readonly ended: Promise<string>;
  readonly dir: string;
  stop(reason?: string): Promise<void>;
}

/** Starts one; with `dir`, on a data directory that is there already and stays. */
export async function stdioServer(
  options: Pick<TestAppOptions, "agents" | "config" | "dir"> = {},
): Promise<StdioServer> {
  const dir = options.dir ?? testDir("rpc");
  const input = new PassThrough();
  const output = new PassThrough();
  const server = await startServing(
    {
      flags: { config: writeConfig(dir, options), "data-dir": path.join(dir, "data"), transport: "stdio" },
      env: { PATH: process.env["PATH"] ?? "", HARNESS_UP_KEEP_AWAKE: "false" },
      cwd: dir,
      home: dir,
      platform: process.platform,
      stderr: () => {},
    },
    { input, output },
  );
  if (server.url !== null) throw new Error("it listens on an address");
  return {
    dir,
    input,
    output,
    ended: server.ended,
    stop: server.stop,
    wire: wire((push) => {
      let rest = "";
      output.on("data", (chunk: Buffer) => {
        const lines = (rest + chunk.toString()).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) push(line);
      });
      return {
        send: (bytes) => {
          input.write(bytes);
          input.write("\n");
        },
        end: async () => {},
      };
    }),
    async [Symbol.asyncDispose]() {
      await server.stop("test over");
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
    },
  };
}
