import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Problem, TaskStatus } from "@harness/protocol";
import { createParser } from "eventsource-parser";
import { describe, expect, it, vi } from "vitest";
import { type Edge, startEdge, TASK, TOKEN } from "./edge.ts";

interface Message {
  readonly id?: string | undefined;
  readonly event?: string | undefined;
  readonly data: string;
}

/** Reads a stream message by message; comments are collected beside them. */
async function open(edge: Edge, path: string, headers: Record<string, string> = {}) {
  const leave = new AbortController();
  const response = await edge.fetch(path, { headers, signal: leave.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const messages: Message[] = [];
  const comments: string[] = [];
  const parser = createParser({
    onEvent: (message) => messages.push(message),
    onComment: (text) => comments.push(text),
  });
  let ended = false;
  const read = async () => {
    const { done, value } = await reader.read();
    if (done) ended = true;
    else parser.feed(value);
  };
  return {
    response,
    comments,
    leave: () => leave.abort(),
    async next(count: number): Promise<Message[]> {
      while (messages.length < count && !ended) await read();
      return messages.splice(0, count);
    },
    async comment(): Promise<string> {
      while (comments.length === 0) await read();
      return comments.shift()!;
    },
    async rest(): Promise<Message[]> {
      while (!ended) await read();
      return messages.splice(0);
    },
  };
}

const ids = (messages: readonly Message[]) => messages.map(({ id }) => Number(id));

describe("the event stream", () => {
  it("sends named frames that prove nothing was missed [req:http.sse]", async () => {
    await using edge = await startEdge();
    edge.log.append("before");
    const stream = await open(edge, "/events");
    expect(stream.response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(stream.response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(stream.response.headers.get("x-request-id")).toMatch(/^req_/);
    edge.log.append("one");
    edge.log.append("two");
    const messages = await stream.next(2);
    expect(messages.map(({ id, event }) => [id, event])).toEqual([
      ["2", "turn.warning"],
      ["3", "turn.warning"],
    ]);
    expect(messages.map(({ data }) => JSON.parse(data) as object)).toMatchObject([
      { prev_seq: 1, event: { seq: 2, data: { message: "one" } } },
      { prev_seq: 2, event: { seq: 3, data: { message: "two" } } },
    ]);
    stream.leave();
  });

  it("goes on after a cut from the last event it sent, with no gap and nothing twice [req:http.sse-resume]", async () => {
    await using edge = await startEdge();
    for (let n = 0; n < 1000; n += 1) edge.log.append(`event ${n}`);
    const seen: number[] = [];
    while (seen.length < 1000) {
      const last = seen.at(-1);
      const stream = await open(
        edge,
        "/events?after_seq=0",
        last === undefined ? {} : { "last-event-id": String(last) },
      );
      seen.push(...ids(await stream.next(Math.min(137, 1000 - seen.length))));
      stream.leave();
      edge.log.append("meanwhile");
    }
    expect(seen.slice(0, 1000)).toEqual(Array.from({ length: 1000 }, (_, n) => n + 1));
  });

  it("tells where it begins, so that a cut before the first event loses none [req:http.sse-resume]", async () => {
    await using edge = await startEdge();
    edge.log.append("before");
    const stream = await open(edge, "/events");
    const cursor = stream.response.headers.get("x-harness-cursor")!;
    expect(cursor).toBe("1");
    stream.leave();
    edge.log.append("in between");
    const resumed = await open(edge, "/events", { "last-event-id": cursor });
    expect(ids(await resumed.next(1))).toEqual([2]);
    resumed.leave();
    const leave = new AbortController();
    const raw = await edge.fetch("/events", { signal: leave.signal });
    const { value } = await raw.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toBe("id: 2\n\n");
    leave.abort();
  });

  it("takes only what the filter asks for [req:http.sse]", async () => {
    await using edge = await startEdge();
    edge.log.append("other", null);
    edge.log.append("mine");
    edge.log.append("other", null);
    edge.log.append("mine");
    const stream = await open(edge, `/events?after_seq=0&task_id=${TASK}&type=turn.warning,task.ended`);
    const messages = await stream.next(2);
    expect(messages.map(({ id, data }) => [id, (JSON.parse(data) as { prev_seq: number }).prev_seq])).toEqual(
      [
        ["2", 0],
        ["4", 2],
      ],
    );
    stream.leave();
  });

  it.each(["-1", "x", "1.5", "1e3", "9007199254740993", "0x1"])(
    "refuses the cursor %j before it begins [req:http.sse-cursor]",
    async (cursor) => {
      await using edge = await startEdge();
      const header = await edge.fetch("/events", { headers: { "last-event-id": cursor } });
      expect([header.status, ((await header.json()) as Problem).field]).toEqual([400, "Last-Event-ID"]);
      const query = await edge.fetch(`/events?after_seq=${cursor}`);
      expect([query.status, ((await query.json()) as Problem).field]).toEqual([400, "after_seq"]);
    },
  );

  it("says at once when a cursor is older than what is kept, or from another log [req:http.sse-cursor]", async () => {
    await using edge = await startEdge();
    for (let n = 0; n < 20; n += 1) edge.log.append("x");
    edge.log.oldest = 10;
    for (const cursor of ["5", "21"]) {
      const messages = await (await open(edge, "/events", { "last-event-id": cursor })).rest();
      expect(messages).toMatchObject([{ event: "resync_required" }]);
      expect(JSON.parse(messages[0]!.data)).toEqual({ oldest_seq: 10, head_seq: 20 });
      expect(messages[0]!.id).toBeUndefined();
    }
    const oldest = await open(edge, "/events", { "last-event-id": "9" });
    expect(ids(await oldest.next(1))).toEqual([10]);
    oldest.leave();
  });

  it("beats while nothing happens, without moving the cursor [req:http.sse-heartbeat]", async () => {
    await using edge = await startEdge({ config: { sse_heartbeat_secs: 0.02 } });
    const stream = await open(edge, "/events");
    expect(await stream.comment()).toBe("heartbeat");
    edge.log.append("x");
    expect(ids(await stream.next(1))).toEqual([1]);
    stream.leave();
  });

  it("ends when the server closes, and the server closes at once [req:http.close]", async () => {
    const edge = await startEdge();
    const streams = await Promise.all(Array.from({ length: 20 }, () => open(edge, "/events")));
    edge.log.append("last");
    await Promise.all(streams.map((stream) => stream.next(1)));
    const closed = edge.server.close();
    expect(await Promise.all(streams.map((stream) => stream.rest()))).toEqual(streams.map(() => []));
    await closed;
  });

  it("that cannot read the log breaks off, and the failure is logged [req:http.sse]", async () => {
    const failures: unknown[] = [];
    await using edge = await startEdge({ failures });
    const opened = edge.log.open;
    edge.log.open = (filter, after) => {
      const feed = opened(filter, after);
      if (feed.status === "ok")
        feed.cursor.take = async () => {
          if (edge.log.headSeq > 0) throw new Error("disk gone");
          return [];
        };
      return feed;
    };
    const stream = await open(edge, "/events");
    edge.log.append("x");
    expect(await stream.rest()).toEqual([]);
    expect(failures).toHaveLength(1);
  });
});

describe("the stream of a task", () => {
  it("replays a finished task, says done and ends [req:http.task-stream]", async () => {
    await using edge = await startEdge({ taskState: async () => ({ status: "done", live: false }) });
    edge.log.append("one");
    edge.log.append("of another task", "task_other");
    edge.log.append("two");
    const messages = await (await open(edge, `/tasks/${TASK}/stream`)).rest();
    expect(messages.map(({ id, event }) => [id, event])).toEqual([
      ["1", undefined],
      ["3", undefined],
      [undefined, undefined],
    ]);
    expect(messages.map(({ data }) => JSON.parse(data) as object)).toEqual([
      { type: "warning", message: "one" },
      { type: "warning", message: "two" },
      { type: "done", status: "done" },
    ]);
    const resumed = await (await open(edge, `/tasks/${TASK}/stream`, { "last-event-id": "3" })).rest();
    expect(resumed.map(({ data }) => JSON.parse(data) as object)).toEqual([{ type: "done", status: "done" }]);
  });

  it("follows a running one until its last attempt has ended [req:http.task-stream]", async () => {
    let state: { status: TaskStatus; live: boolean } = { status: "implementing", live: true };
    await using edge = await startEdge({ taskState: async () => state });
    const stream = await open(edge, `/tasks/${TASK}/stream`);
    edge.log.append("working");
    expect(await stream.next(1)).toMatchObject([{ id: "1" }]);
    state = { status: "done", live: true };
    edge.log.append("published");
    expect(await stream.next(1)).toMatchObject([{ id: "2" }]);
    state = { status: "done", live: false };
    edge.log.append("cleaned up");
    expect((await stream.rest()).map(({ data }) => (JSON.parse(data) as { type: string }).type)).toEqual([
      "warning",
      "done",
    ]);
  });

  it("of no task is a problem document, not a stream [req:http.task-stream]", async () => {
    await using edge = await startEdge();
    const unknown = await edge.fetch("/tasks/task_01JYYYYYYYYYYYYYYYYYYYYYYY/stream");
    expect([unknown.status, ((await unknown.json()) as Problem).code]).toEqual([404, "task_not_found"]);
    const malformed = await edge.fetch("/tasks/nonsense/stream");
    expect([malformed.status, ((await malformed.json()) as Problem).field]).toEqual([400, "task_id"]);
    const extra = await edge.fetch(`/tasks/${TASK}/stream?nope=1`);
    expect([extra.status, ((await extra.json()) as Problem).field]).toEqual([400, "nope"]);
  });
});

describe("a client that does not read", () => {
  /** HTTP/1.0: the bytes that come back are the stream itself. */
  function stuck(port: number): { socket: Socket; closed: Promise<unknown> } {
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(
        `GET /events?after_seq=0 HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
      ),
    );
    socket.pause();
    socket.on("error", () => {});
    return { socket, closed: once(socket, "close") };
  }

  it("is dropped, costs little meanwhile, and delays nobody [req:http.slow-client]", async () => {
    await using edge = await startEdge({ patience: { drainMs: 400 } });
    const text = "x".repeat(10_000);
    for (let n = 0; n < 2000; n += 1) edge.log.append(text);
    const before = process.memoryUsage().rss;
    const clients = Array.from({ length: 50 }, () => stuck(edge.port));
    const reader = await open(edge, "/events?after_seq=0");
    expect(ids(await reader.next(2000)).at(-1)).toBe(2000);
    // Queued, it would be a gigabyte.
    expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000);
    await vi.waitFor(() => expect(edge.log.cursors).toBe(1), { timeout: 10_000 });
    for (const { socket } of clients) socket.resume();
    await Promise.all(clients.map(({ closed }) => closed));
    reader.leave();
  });

  it("goes on where it was when it reads again in time [req:http.slow-client]", async () => {
    await using edge = await startEdge();
    const text = "x".repeat(10_000);
    for (let n = 0; n < 2000; n += 1) edge.log.append(text);
    const { socket } = stuck(edge.port);
    await vi.waitFor(() => expect(edge.log.cursors).toBe(1));
    const seen: number[] = [];
    const all = new Promise<void>((resolve) => {
      const parser = createParser({
        onEvent: ({ id }) => {
          seen.push(Number(id));
          if (seen.length === 2000) resolve();
        },
      });
      let head = "";
      socket.on("data", (chunk) => {
        if (head.includes("\r\n\r\n")) return parser.feed(chunk.toString("latin1"));
        head += chunk.toString("latin1");
        const [, ...rest] = head.split("\r\n\r\n");
        return parser.feed(rest.join("\r\n\r\n"));
      });
    });
    socket.resume();
    await all;
    expect(seen).toEqual(Array.from({ length: 2000 }, (_, n) => n + 1));
    socket.destroy();
  });
});
