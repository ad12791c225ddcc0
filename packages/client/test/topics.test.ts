import type { EventFrame, TaskStatus } from "@harness/protocol";
import { describe, expect, it, vi } from "vitest";
import { startEdge, TASK, TOKEN } from "../../server/test/http/edge.ts";
import { HarnessClient, type Socket } from "../src/index.ts";
import { cuttingSockets, seeded } from "./support/cutting.ts";

/** A client that writes down the sockets it opens, and what it says on them. */
function watched(
  url: string,
  openSocket?: (url: string, headers: Readonly<Record<string, string>>) => Socket,
) {
  const Platform = WebSocket as unknown as new (url: string, options: object) => Socket;
  const sockets: { readonly said: string[] }[] = [];
  const client = new HarnessClient({
    url,
    token: TOKEN,
    reconnectMs: [1, 10],
    openSocket: (address, headers) => {
      const socket = openSocket?.(address, headers) ?? new Platform(address, { headers });
      const said: string[] = [];
      sockets.push({ said });
      return {
        send: (text) => {
          said.push(text);
          socket.send(text);
        },
        close: () => socket.close(),
        addEventListener: (type, listener) => socket.addEventListener(type, listener),
      };
    },
  });
  return { client, sockets };
}

async function take(feed: AsyncIterable<EventFrame>, most: number): Promise<number[]> {
  const seqs: number[] = [];
  for await (const { event } of feed) {
    seqs.push(event.seq);
    if (seqs.length === most) break;
  }
  return seqs;
}

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe("topics [req:client.one-socket]", () => {
  it("share one socket, and let go of it with the last", async () => {
    await using edge = await startEdge();
    for (let n = 0; n < 50; n += 1) edge.log.append(`event ${n}`);
    const { client, sockets } = watched(edge.url);
    const topics = ["all", "state", `task:${TASK}`, "type:turn.warning"];
    const seen = await Promise.all(topics.map((topic) => take(client.topic({ topic, after_seq: 0 }), 50)));
    for (const seqs of seen) expect(seqs).toEqual(upTo(50));
    expect(sockets).toHaveLength(1);
    await vi.waitFor(() => expect(edge.log.cursors).toBe(0));
    // And take one up again.
    expect(await take(client.topic({ topic: "all", after_seq: "oldest" }), 50)).toEqual(upTo(50));
    expect(sockets).toHaveLength(2);
  });

  it("resume each from its own cursor after every cut and when they are told to", async () => {
    await using edge = await startEdge();
    for (let n = 0; n < 300; n += 1) edge.log.append(`event ${n}`);
    const { client, sockets } = watched(edge.url, cuttingSockets(seeded(5)));
    const seen = await Promise.all([
      take(client.topic({ topic: "all", after_seq: 0 }), 300),
      take(client.topic({ topic: `task:${TASK}`, after_seq: 100 }), 200),
      (async () => {
        client.reconnect();
        return take(client.topic({ topic: "state", after_seq: "oldest" }), 300);
      })(),
    ]);
    expect(seen).toEqual([upTo(300), upTo(300).slice(100), upTo(300)]);
    expect(sockets.length).toBeGreaterThan(3);
  });

  it("whose reader is slow are let go and taken up, and the others go on", async () => {
    await using edge = await startEdge();
    const most = 10_000;
    for (let n = 0; n < most; n += 1) edge.log.append(`event ${n}`);
    const { client, sockets } = watched(edge.url);
    const slow = client.topic({ topic: `task:${TASK}`, after_seq: 0 });
    const first = await slow.next();
    expect(first.value?.event.seq).toBe(1);
    // Nobody reads it; the whole log comes over the same socket all the same.
    expect(await take(client.topic({ topic: "all", after_seq: 0 }), most)).toEqual(upTo(most));
    const said = () => sockets[0]?.said.map((text) => JSON.parse(text) as { type: string }) ?? [];
    expect(said().some(({ type }) => type === "unsubscribe")).toBe(true);
    expect(await take(slow, most - 1)).toEqual(upTo(most).slice(1));
  });
});

it("a log is told line by line over cuts to the end of its task [req:client.one-socket, http.ws-log]", async () => {
  const state: { status: TaskStatus; live: boolean } = { status: "implementing", live: true };
  await using edge = await startEdge({ taskState: async (id) => (id === TASK ? state : undefined) });
  for (let n = 0; n < 200; n += 1) edge.log.append(`line ${n}\nand more`);
  const { client, sockets } = watched(edge.url, cuttingSockets(seeded(9)));
  const lines: string[] = [];
  for await (const line of client.log(TASK)) {
    lines.push(line);
    if (lines.length === 400) Object.assign(state, { status: "done", live: false });
    if (lines.length === 400) edge.log.append("the end");
  }
  const expected = upTo(200).flatMap((n) => [`[WARNING] line ${n - 1}`, "[WARNING] and more"]);
  expect(lines).toEqual([...expected, "[WARNING] the end"]);
  expect(sockets.length).toBeGreaterThan(3);
  const nobody = client.log("task_01JYYYYYYYYYYYYYYYYYYYYYYY");
  await expect(nobody.next()).rejects.toMatchObject({ code: "task_not_found" });
});
