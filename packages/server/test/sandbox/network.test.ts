import { createServer as createHttp, type Server as HttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HostProxy } from "../../src/sandbox/host-proxy.ts";
import type { RefusedHost } from "../../src/sandbox/index.ts";
import { SandboxBench } from "./bench.ts";

let web: HttpServer;
let port = 0;
beforeAll(async () => {
  web = createHttp((asked, answer) => answer.end(`${asked.headers.host} ${asked.url}`));
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  port = (web.address() as AddressInfo).port;
});
afterAll(() => {
  web.close();
  web.closeAllConnections();
});

describe.each(["bwrap", "unshare"] as const)("listed hosts under %s", (choice) => {
  const fetched = (url: string) =>
    `fetch("${url}").then(async (r) => console.log(r.status, await r.text()), (e) => console.log("refused", e.cause?.code ?? e.message))`;

  it("are reached, and no other, and each refusal is told [req:sandbox.network-list]", async ({ skip }) => {
    await using bench = new SandboxBench(choice);
    const refused: RefusedHost[] = [];
    const run = async (code: string, hosts: readonly string[]) => {
      const spec = bench.spec(process.execPath, ["-e", code], {
        readable: [dirname(process.execPath)],
        network: { hosts },
        onRefusedHost: (one) => refused.push(one),
      });
      return bench.runner.run(await bench.spawnSpec(spec));
    };
    const probe = await bench.driver.probe();
    if (!probe.ok) return skip(`${probe.reason}. ${probe.fix}`);
    const first = await run(fetched(`http://127.0.0.1:${port}/a`), [`127.0.0.1:${port}`]);
    expect(first.stderr.text).toBe("");
    expect(first.stdout.text).toBe(`200 127.0.0.1:${port} /a\n`);
    const other = await bench.listen();
    const tries = [`http://127.0.0.1:${other}/`, "http://other.example/", "https://other.example/"];
    const second = await run(tries.map(fetched).join(";"), [`127.0.0.1:${port}`]);
    expect(second.stdout.text).not.toContain("200");
    expect(refused.map(({ host }) => host).sort()).toEqual(["other.example:443", "other.example:80"]);
    const code = await run("process.exit(7)", [`127.0.0.1:${port}`]);
    expect(code.exitCode).toBe(7);
    await bench.sandbox.reap(bench.workspace);
  });
});

/** Speaks to a proxy as a program would, byte for byte. */
function speak(socket: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    let said = "";
    const talk = connect(socket, () => talk.write(text, "latin1"));
    talk.on("data", (part) => {
      said += part.toString("latin1");
      if (said.includes("\r\n\r\n")) talk.end();
    });
    talk.on("close", () => resolve(said));
    talk.on("error", () => resolve(said));
  });
}

describe("the proxy", () => {
  let echo: Server;
  let proxy: HostProxy;
  const refused: RefusedHost[] = [];
  const names: Record<string, string[]> = {
    "listed.example": ["127.0.0.1"],
    "private.example": ["10.0.0.7"],
    "both.example": ["93.184.216.34", "192.168.0.1"],
  };
  beforeAll(async () => {
    echo = createServer((socket) => socket.end("reached"));
    await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
    const at = (echo.address() as AddressInfo).port;
    proxy = await HostProxy.open({
      hosts: [`listed.example:${at}`, `127.0.0.1:${at}`, "private.example", "both.example", "[::1]"],
      onRefused: (one) => refused.push(one),
      resolve: async (host) => names[host] ?? [],
    });
  });
  afterAll(async () => {
    await proxy.close();
    echo.close();
  });

  it("is not talked into another host by any spelling [req:sandbox.network-list]", async () => {
    const tricks = [
      "evil.example\0.listed.example:443",
      "listed.example.evil.example:443",
      "evil.example:443",
      "LISTED.example.:443",
      "private.example:443",
      "both.example:443",
      "listed.example:1",
      "[::ffff:7f00:1]:443",
      "2130706433:443",
      "127.1:443",
      "169.254.169.254:80",
      "user@listed.example:443",
      "listed.example:443@evil.example",
      "%6cisted.example:443",
    ];
    for (const trick of tricks) {
      const answer = await speak(proxy.socket, `CONNECT ${trick} HTTP/1.1\r\nHost: listed.example\r\n\r\n`);
      expect(answer, JSON.stringify(trick)).toMatch(/^HTTP\/1\.1 (403|400)|^$/);
    }
    for (const url of [
      "http://evil.example/",
      "http://listed.example@evil.example/",
      "http://private.example/",
      "//evil.example/",
      "/",
    ]) {
      const answer = await speak(proxy.socket, `GET ${url} HTTP/1.1\r\nHost: listed.example\r\n\r\n`);
      expect(answer, url).toMatch(/^HTTP\/1\.1 (403|400)/);
    }
    expect(refused.find(({ host }) => host.startsWith("private.example"))?.why).toContain("private network");
  });

  it("leads to a listed host through the address it judged, in any case of letters", async () => {
    const at = (echo.address() as AddressInfo).port;
    for (const host of ["listed.example", "Listed.Example", "127.0.0.1"])
      expect(await speak(proxy.socket, `CONNECT ${host}:${at} HTTP/1.1\r\nHost: x\r\n\r\n`)).toMatch(
        /^HTTP\/1\.1 200/,
      );
  });
});
