import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Edge, sendRaw, startEdge, statusOf, TASK, TOKEN } from "./edge.ts";

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterAll(() => edge[Symbol.asyncDispose]());

const KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const VERSION = "Sec-WebSocket-Version: 13\r\n";

/** A request for a socket; `what` are the headers of the upgrade. */
function upgrade(path: string, what = `Upgrade: websocket\r\n${VERSION}${KEY}`, line = "GET"): string {
  return `${line} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${edge.port}\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: Upgrade, close\r\n${what}\r\n`;
}

/** A frame of a client, masked with zeros; `first` holds FIN, the reserved bits and the opcode. */
function frame(first: number, payload: Buffer | string = "", masked = true): Buffer {
  const bytes = Buffer.from(payload);
  const length =
    bytes.length < 126 ? [bytes.length] : [126, Math.floor(bytes.length / 256), bytes.length % 256];
  const [short = 0, ...long] = length;
  const mask = masked ? [0, 0, 0, 0] : [];
  return Buffer.concat([Buffer.from([first, (masked ? 0x80 : 0) | short, ...long, ...mask]), bytes]);
}

const closing = (code: number, reason: Buffer | string = "") =>
  frame(0x88, Buffer.concat([Buffer.from([Math.floor(code / 256), code % 256]), Buffer.from(reason)]));

/** The beginning of a text whose header claims this length in 64 bits; nothing of it follows. */
const claims = (length: bigint) => {
  const header = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeBigUInt64BE(length, 2);
  return header;
};

/** Upgrades, sends bytes as they are and answers with which code the server closed; 1006 without a word. */
async function closedWith(path: string, bytes: Buffer): Promise<number> {
  const socket = connect(edge.port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => {});
  socket.write(upgrade(path));
  await once(socket, "data");
  socket.write(bytes);
  await once(socket, "close");
  const answer = Buffer.concat(chunks);
  expect(answer.toString("latin1")).toMatch(/^HTTP\/1\.1 101 /);
  return closeCode(answer.subarray(answer.indexOf("\r\n\r\n") + 4));
}

/** The code of the close among the frames of a server, 1005 for one that names none. */
function closeCode(frames: Buffer): number {
  for (let at = 0; at + 1 < frames.length; ) {
    const short = frames[at + 1] ?? 0;
    const long = short === 126;
    const length = long ? frames.readUInt16BE(at + 2) : short;
    const begins = at + (long ? 4 : 2);
    if ((frames[at] ?? 0) === 0x88) return length < 2 ? 1005 : frames.readUInt16BE(begins);
    at = begins + length;
  }
  return 1006;
}

const text = '{"type":"ping"}';
const bad = (...bytes: number[]) => frame(0x81, Buffer.from([0x22, ...bytes, 0x22]));

/** What is sent, and the code the server closes with (RFC 6455, sections 5, 7.4 and 8.1). */
const table: readonly (readonly [name: string, bytes: Buffer, code: number])[] = [
  ["an unmasked frame", frame(0x81, text, false), 1002],
  ["an unmasked close", frame(0x88, Buffer.from([0x03, 0xe8]), false), 1002],
  ["the first reserved bit, with no compression agreed", frame(0xc1, text), 1002],
  ["the second reserved bit", frame(0xa1, text), 1002],
  ["the third reserved bit", frame(0x91, text), 1002],
  ["a reserved bit on a ping", frame(0xc9), 1002],
  ["a data opcode there is not", frame(0x83, text), 1002],
  ["a control opcode there is not", frame(0x8b), 1002],
  ["a fragmented ping", frame(0x09, "x"), 1002],
  ["a fragmented close", frame(0x08, Buffer.from([0x03, 0xe8])), 1002],
  ["a ping of 126 bytes", frame(0x89, "x".repeat(126)), 1002],
  ["a continuation of nothing", frame(0x80, text), 1002],
  ["a text in the middle of a text", Buffer.concat([frame(0x01, "a"), frame(0x81, "b")]), 1002],
  ["a close of one byte", frame(0x88, Buffer.from([0x03])), 1002],
  ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000].map(
    (code) => [`a close with the code ${code}`, closing(code), 1002] as const,
  ),
  ["a close with a reason that is not UTF-8", closing(1000, Buffer.from([0xff])), 1007],
  ["a text that is not UTF-8", bad(0xff, 0xfe), 1007],
  ["half a character", bad(0xe2, 0x82), 1007],
  ["an overlong slash", bad(0xc0, 0xaf), 1007],
  ["half a surrogate pair", bad(0xed, 0xa0, 0x80), 1007],
  ["a character past the last", bad(0xf4, 0x90, 0x80, 0x80), 1007],
  [
    "fragments that are not UTF-8 together",
    Buffer.concat([frame(0x01, Buffer.from([0x22, 0xe2])), frame(0x80, Buffer.from([0x22, 0x22]))]),
    1007,
  ],
  ["a header that claims 10 MB", claims(10_000_000n), 1009],
  ["a header that claims 2^53 bytes", claims(2n ** 53n), 1009],
  ["a header that claims 2^63 bytes", claims(2n ** 63n), 1009],
  ["a close", closing(1000, "done"), 1000],
  ["a close of an application", closing(3000), 3000],
  ["a close without a code", frame(0x88), 1005],
];

describe.each(["/ws", "/ws/events", `/ws/${TASK}`])("frames on %s", (path) => {
  it.each(table)("%s end the socket with the code for it [req:ws.frames]", async (_, bytes, code) => {
    expect(await closedWith(path, bytes)).toBe(code);
  });

  it("of 10 MB end the socket with 1009, in one frame and in many, and nobody else's [req:ws.frames]", async () => {
    const open = async () => {
      const socket = new WebSocket(`${edge.url.replace("http", "ws")}${path}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      socket.on("error", () => {});
      const closed = once(socket, "close").then(([code]) => Number(code));
      await once(socket, "open");
      return { socket, closed };
    };
    const other = await open();
    const whole = await open();
    whole.socket.send("x".repeat(10_000_000));
    expect([1006, 1009]).toContain(await whole.closed);
    const parts = await open();
    for (let n = 0; n < 20; n += 1) parts.socket.send("x".repeat(100_000), { fin: false });
    expect([1006, 1009]).toContain(await parts.closed);
    other.socket.ping();
    await once(other.socket, "pong");
    other.socket.close();
    await other.closed;
  });

  it("that are pings without pause end the socket [req:ws.frames]", async () => {
    const flood = Buffer.concat(Array.from({ length: 1000 }, () => frame(0x89, "x")));
    // 1006: the server hangs up on a client that still floods instead of reading why.
    expect([1006, 1008]).toContain(await closedWith(path, flood));
  });

  it("are answered as before when a character is cut between two of them [req:ws.frames]", async () => {
    const euro = Buffer.from('"€"');
    const cut = [frame(0x01, euro.subarray(0, 2)), frame(0x89, "between"), frame(0x80, euro.subarray(2))];
    expect(await closedWith(path, Buffer.concat([...cut, closing(1000)]))).toBe(1000);
  });

  it.each([
    ["version 7", `Upgrade: websocket\r\nSec-WebSocket-Version: 7\r\n${KEY}`],
    ["version 14", `Upgrade: websocket\r\nSec-WebSocket-Version: 14\r\n${KEY}`],
    ["no version", `Upgrade: websocket\r\n${KEY}`],
    ["no key", `Upgrade: websocket\r\n${VERSION}`],
    ["a key that is too short", `Upgrade: websocket\r\n${VERSION}Sec-WebSocket-Key: dGhl\r\n`],
    ["a key that is no base64", `Upgrade: websocket\r\n${VERSION}Sec-WebSocket-Key: ${"!".repeat(24)}\r\n`],
    ["another protocol", `Upgrade: h2c\r\n${VERSION}${KEY}`],
    ["no protocol", `${VERSION}${KEY}`],
  ])("are not spoken after an upgrade with %s [req:ws.upgrade]", async (_, what) => {
    const status = statusOf(await sendRaw(edge.port, upgrade(path, what)));
    expect([400, 426]).toContain(status);
  });

  it.each(["POST", "PUT", "DELETE", "HEAD"])(
    "are not spoken after an upgrade by %s [req:ws.upgrade]",
    async (method) => {
      const what = `Upgrade: websocket\r\n${VERSION}${KEY}Content-Length: 0\r\n`;
      const status = statusOf(await sendRaw(edge.port, upgrade(path, what, method)));
      expect([400, 404, 405]).toContain(status);
    },
  );
});
