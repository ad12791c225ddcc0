import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { retryAfterMs } from "../../src/notifications/retry-after.ts";
import { Outbound } from "../../src/outbound/index.ts";
import { startReceiver } from "./receiver.ts";

const never = new AbortController().signal;
const outbound = new Outbound({ privateHosts: [] });
const request = (url: string) => ({ url, headers: {}, body: "hello" });

it("a receiver that never answers is not waited for, and a stop ends the wait at once [req:notify.ssrf]", async () => {
  await using silent = await startReceiver();
  silent.reply(null);
  expect(await outbound.post(request(silent.url), never, 50)).toEqual({
    status: null,
    error: "no answer within 0.05 s",
  });
  await using receiver = await startReceiver();
  receiver.reply(null);
  const stop = new AbortController();
  const stopped = outbound.post(request(receiver.url), stop.signal);
  await receiver.request(1);
  stop.abort();
  expect(await stopped).toMatchObject({ status: null });
});

it("an answer that never ends is read up to a limit, with the cut marked [req:notify.ssrf]", async () => {
  const server = createServer((_, response) => {
    response.writeHead(500);
    const write = () => {
      while (!response.destroyed && response.write("y".repeat(1000)));
      response.once("drain", write);
    };
    write();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const answer = await outbound.post(request(`http://localhost:${port}/`), never);
    expect(answer).toMatchObject({
      status: 500,
      text: expect.stringMatching(/^y{4096}\[… \d+ bytes cut …\]$/),
    });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

it.each([
  [undefined, 0],
  ["", 0],
  ["120", 120_000],
  ["Thu, 01 Jan 2026 00:10:00 GMT", 600_000],
  ["Thu, 01 Jan 2020 00:10:00 GMT", 0],
  ["999999999", 86_400_000],
  ["soon", 0],
])("Retry-After %s is %i ms", (header, ms) => {
  expect(retryAfterMs(header, Date.parse("2026-01-01T00:00:00Z"))).toBe(ms);
});
