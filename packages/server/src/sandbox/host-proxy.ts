import { lookup } from "node:dns/promises";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { connect, isIP, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
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

/**
 * The one way out of an empty network: a proxy (CONNECT and plain HTTP) that listens on a socket file only the
 * sandbox is shown, and reaches exactly the listed hosts. It connects to the very address it judged, so that a name
 * that changes meanwhile leads nowhere else.
 */
export class HostProxy {
  readonly #deps: ProxyDeps;
  readonly #list: HostList;
  readonly #server: Server;
  readonly #open = new Set<Duplex>();
  readonly #dir: string;

  private constructor(deps: ProxyDeps, dir: string) {
    this.#deps = deps;
    this.#dir = dir;
    this.#list = new HostList(deps.hosts);
    this.#server = createServer((asked, answer) => void this.#forward(asked, answer));
    this.#server.on("connect", (asked, socket, head) => void this.#tunnel(asked, socket, head));
    this.#server.on("connection", (socket) => this.#keep(socket));
  }

  static async open(deps: ProxyDeps): Promise<HostProxy> {
    // Not in the data directory: the path of a socket has room for 107 bytes.
    const proxy = new HostProxy(deps, await mkdtemp(join(tmpdir(), "harness-net-")));
    await new Promise<void>((resolve, reject) =>
      proxy.#server.once("error", reject).listen(proxy.socket, resolve),
    );
    proxy.#server.unref();
    return proxy;
  }

  get socket(): string {
    return join(this.#dir, "proxy");
  }

  /** Ports of this machine that are listed: programs reach them without a proxy. */
  get loopback(): readonly number[] {
    return this.#list.loopback;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
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
    const upstream = connect({ host: address.address, port: address.target.port, timeout: CONNECT_MS });
    this.#keep(upstream);
    upstream.once("timeout", () => upstream.destroy());
    upstream.once("error", () => socket.destroy());
    upstream.once("connect", () => {
      upstream.setTimeout(0);
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      if (head.length > 0) upstream.write(head);
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    socket.once("close", () => upstream.destroy());
    upstream.once("close", () => socket.destroy());
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
  async #allowed(
    named: string,
    target: Target | undefined,
  ): Promise<{ readonly target: Target; readonly address: string } | string> {
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

async function addressesOf(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}
