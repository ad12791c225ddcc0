import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Outbound, type Resolve } from "../../src/outbound/index.ts";

/** A resolver that leads names where a test says, one answer after the other. */
function leads(to: Record<string, string[]>): Resolve {
  return (host, done) => {
    const answers = to[host] ?? [];
    const address = answers.length > 1 ? answers.shift()! : answers[0];
    if (address === undefined) done(new Error(`${host} is unknown`), []);
    else done(null, [{ address, family: address.includes(":") ? 6 : 4 }]);
  };
}

describe("a request of this server", () => {
  const got: { path: string; headers: IncomingHttpHeaders }[] = [];
  let port = 0;
  const server = createServer((request, response) => {
    got.push({ path: request.url ?? "", headers: request.headers });
    const to = /^\/to\/(.*)$/.exec(request.url ?? "")?.[1];
    if (to === undefined) response.end("hello");
    else response.writeHead(302, { location: decodeURIComponent(to) }).end();
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const names = leads({
    "localtest.me": ["127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "lan.example": ["192.168.1.7"],
    "ula.example": ["fd00::1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "zero.example": ["0.0.0.0"],
    "listed.lan": ["127.0.0.1"],
  });
  const outbound = new Outbound({ privateHosts: ["listed.lan"] }, names);
  const refusal = async (url: string) => {
    const error = await outbound.fetch(url).then(
      (answer) => new Error(`it answered ${answer.status}`),
      (thrown: unknown) => thrown,
    );
    const said = [String(error), String(error instanceof Error ? error.cause : "")].join(" ");
    const posted = await outbound.post({ url, headers: {}, body: "x" }, new AbortController().signal);
    expect(posted.status).toBeNull();
    return said;
  };

  it.each([
    ["https://localtest.me/", "inside your network"],
    ["https://metadata.google.internal/", "no receiver is"],
    ["https://mapped.example/", "inside your network"],
    ["https://lan.example/", "inside your network"],
    ["https://ula.example/", "inside your network"],
    ["https://nat64.example/", "no receiver is"],
    ["https://zero.example/", "no receiver is"],
    ["http://0/", "no receiver is"],
    ["http://0.0.0.0/", "no receiver is"],
    ["http://169.254.169.254/latest/meta-data/", "no receiver is"],
    ["http://[::ffff:169.254.169.254]/", "no receiver is"],
    ["http://[::ffff:a9fe:a9fe]/", "no receiver is"],
    ["http://0xa9fea9fe/", "no receiver is"],
    ["http://2852039166/", "no receiver is"],
    ["http://[fe80::1]/", "no receiver is"],
    ["http://[::]/", "no receiver is"],
    ["http://example.com/", "plain http"],
    ["http://93.184.215.14/", "plain http"],
    ["http://127.0.0.1.nip.io/", "plain http"],
    ["http://ok@evil.example/", "login"],
    ["https://ok:word@evil.example/", "login"],
    ["file:///etc/passwd", "not http"],
    ["gopher://127.0.0.1:6379/_INFO", "not http"],
    ["ftp://example.com/", "not http"],
    ["data:text/plain,x", "not http"],
  ])("does not go to %s [req:safety.e4]", async (url, why) => {
    const before = got.length;
    expect(await refusal(url)).toContain(why);
    expect(got.length).toBe(before);
  });

  it.each(["127.0.0.1", "0x7f.1", "2130706433", "localhost", "listed.lan"])(
    "goes to this machine as the operator wrote it: %s [req:safety.e4]",
    async (host) => {
      const own = new Outbound(
        { privateHosts: ["listed.lan"] },
        leads({ "listed.lan": ["127.0.0.1"], localhost: ["127.0.0.1"] }),
      );
      const answer = await own.fetch(`http://${host}:${port}/`);
      expect([answer.status, await answer.text()]).toEqual([200, "hello"]);
    },
  );

  it("connects to the address that was checked, though the name leads elsewhere a moment later [req:safety.e4]", async () => {
    const flips = ["127.0.0.1", "169.254.169.254"];
    const own = new Outbound({ privateHosts: ["flip.lan"] }, leads({ "flip.lan": flips }));
    const answer = await own.fetch(`http://flip.lan:${port}/flip`);
    expect(await answer.text()).toBe("hello");
    // One look-up, which is the one that was checked.
    expect(flips).toEqual(["169.254.169.254"]);
  });

  it.each([
    ["http://169.254.169.254/latest", "no receiver is"],
    ["https://localtest.me/", "inside your network"],
    ["file:///etc/passwd", "not http"],
  ])("does not follow a redirect to %s [req:safety.e4]", async (to, why) => {
    const error = await outbound
      .fetch(`http://127.0.0.1:${port}/to/${encodeURIComponent(to)}`)
      .catch((thrown: unknown) => thrown);
    const said = [String(error), String(error instanceof Error ? error.cause : "")].join(" ");
    expect(said).toContain(why);
  });

  it("takes no key along to another host, and posts nothing a second time [req:safety.e4]", async () => {
    const other = createServer((request, response) => {
      got.push({ path: `other${request.url}`, headers: request.headers });
      response.end("other");
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    try {
      const there = `http://127.0.0.1:${(other.address() as AddressInfo).port}/there`;
      const at = `http://127.0.0.1:${port}/to/${encodeURIComponent(there)}`;
      const headers = { authorization: "Bearer canary", "x-api-key": "canary", accept: "text/plain" };
      const answer = await outbound.fetch(at, { headers });
      expect(await answer.text()).toBe("other");
      expect(got.at(-1)).toMatchObject({ path: "other/there", headers: { accept: "text/plain" } });
      expect(JSON.stringify(got.at(-1))).not.toContain("canary");
      const posted = await outbound.fetch(at, { method: "POST", headers, body: "secret" });
      expect(posted.status).toBe(302);
      expect(got.at(-1)!.path).toMatch(/^\/to\//);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });
});
