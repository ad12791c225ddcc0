import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HostProxy } from "../../src/sandbox/host-proxy.ts";
import type { RefusedHost } from "../../src/sandbox/index.ts";

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
