import { lookup } from "node:dns/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { connect, createServer as createDoor, type Server as Door, isIP, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Duplex, pipeline } from "node:stream";
import { HostList, parseTarget, type Target } from "./host-list.ts";
import type { RefusedHost } from "./types.ts";

const CONNECT_MS = 30_000;

/** What a proxy is told. */
export interface ProxyDeps {
  readonly hosts: readonly string[];
  readonly onRefused?: ((refused: RefusedHost) => void) | undefined;
  /** All addresses of a name; the system's resolver unless a test has its own. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

/** Where to connect, and for whom. */
interface Allowed {
  readonly target: Target;
  readonly address: string;
}

/**
 * The one way out of an empty network: a proxy (CONNECT and plain HTTP) that listens on a socket file only the
 * sandbox is shown, and reaches exactly the listed hosts. It connects to the very address it judged, so that a name
 * that changes meanwhile leads nowhere else.
 */
export class HostProxy {
  readonly #deps: ProxyDeps;
  readonly #list: HostList;
  readonly #server: Server;
  readonly #doors = new Map<number, Door>();
  readonly #open = new Set<Duplex>();
  readonly #dir: string;

  private constructor(deps: ProxyDeps, dir: string) {
    this.#deps = deps;
    this.#dir = dir;
    this.#list = new HostList(deps.hosts);
    this.#server = createServer((asked, answer) => void this.#forward(asked, answer));
    this.#server.on("connect", (asked, socket, head) => void this.#tunnel(asked, socket, head));
    this.#server.on("connection", (socket) => this.#keep(socket));
    for (const port of new Set(this.#list.loopback))
      this.#doors.set(
        port,
        createDoor({ allowHalfOpen: true }, (socket) => void this.#lead(socket, port)),
      );
  }

  static async open(deps: ProxyDeps): Promise<HostProxy> {
    // Not in the data directory: the path of a socket has room for 107 bytes.
    const proxy = new HostProxy(deps, await mkdtemp(join(tmpdir(), "harness-net-")));
    await listen(proxy.#server, proxy.socket);
    for (const { port, socket } of proxy.direct) await listen(proxy.#doors.get(port)!, socket);
    return proxy;
  }

  get socket(): string {
    return join(this.#dir, "proxy");
  }

  /** Ports of this machine that are listed, each with a socket file of its own: programs need no proxy for them. */
  get direct(): readonly { readonly port: number; readonly socket: string }[] {
    return [...this.#doors.keys()].map((port) => ({ port, socket: join(this.#dir, String(port)) }));
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    const servers = [this.#server, ...this.#doors.values()];
    await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
    await rm(this.#dir, { recursive: true, force: true });
  }

  #keep(socket: Duplex): void {
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    socket.on("error", () => socket.destroy());
  }

  async #tunnel(asked: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const address = await this.#allowed(asked.url ?? "", parseTarget(asked.url ?? "", 443));
    if (typeof address === "string") {
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${address}\n`,
      );
      return;
    }
    if (head.length > 0) socket.unshift(head);
    this.#join(socket, address).once("connect", () =>
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n"),
    );
  }

  /** What comes in by the door of a port of this machine; whether it is let through is judged as any other wish. */
  async #lead(socket: Socket, port: number): Promise<void> {
    this.#keep(socket);
    const named = `127.0.0.1:${port}`;
    const address = await this.#allowed(named, parseTarget(named, port));
    if (typeof address === "string") socket.destroy();
    else this.#join(socket, address);
  }

  /** Connects to what was judged; each side is told all the other says, until both have said it or one breaks. */
  #join(socket: Duplex, { address, target }: Allowed): Socket {
    const upstream = connect({ host: address, port: target.port, timeout: CONNECT_MS, allowHalfOpen: true });
    this.#keep(upstream);
    upstream.once("timeout", () => upstream.destroy());
    upstream.once("connect", () => upstream.setTimeout(0));
    pipeline(socket, upstream, socket, () => {});
    return upstream;
  }

  async #forward(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = URL.parse(asked.url ?? "");
    const plain = url?.protocol === "http:" && url.username === "" ? url : undefined;
    const named = /^http:\/\/([^/?#]*)/i.exec(asked.url ?? "")?.[1] ?? "";
    const address = await this.#allowed(named, plain && parseTarget(named, 80));
    if (typeof address === "string" || plain === undefined) {
      answer
        .writeHead(403, { "content-type": "text/plain", connection: "close" })
        .end(`${String(address)}\n`);
      return;
    }
    const headers = { ...asked.headers, host: plain.host };
    const path = `${plain.pathname}${plain.search}`;
    const { method } = asked;
    const upstream = request({ host: address.address, port: address.target.port, method, path, headers });
    upstream.once("socket", (socket: Socket) => this.#keep(socket));
    upstream.once("error", () => answer.destroy());
    upstream.once("response", (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    asked.pipe(upstream);
  }

  /** The address to connect to, or why there is none: told to whoever asked and to us. */
  async #allowed(named: string, target: Target | undefined): Promise<Allowed | string> {
    const refuse = (why: string) => {
      this.#deps.onRefused?.({
        host: [...named]
          .filter((c) => c >= " ")
          .join("")
          .slice(0, 300),
        why,
      });
      return `${named}: ${why}. The operator lists hosts in allowed_hosts of the agent, the project or the sandbox.`;
    };
    if (target === undefined) return refuse("that is not a host name written in the usual way");
    const verdict = this.#list.judge(target);
    if (!verdict.ok) return refuse(verdict.why);
    const resolve = this.#deps.resolve ?? addressesOf;
    const addresses = isIP(target.host) ? [target.host] : await resolve(target.host).catch(() => []);
    if (addresses.length === 0) return refuse("its address cannot be found");
    for (const address of addresses) {
      const judged = this.#list.judgeAddress(target, address);
      if (!judged.ok) return refuse(judged.why);
    }
    return { target, address: addresses[0]! };
  }
}

function listen(server: Door, socket: string): Promise<void> {
  server.unref();
  return new Promise((resolve, reject) => void server.once("error", reject).listen(socket, resolve));
}

async function addressesOf(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
