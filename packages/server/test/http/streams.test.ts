import { type Event, EventFrame, type EventType, StreamItem } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SseBlock, sseBlocks } from "../support/sse-reader.ts";
import { parseAnswer, type TestServer, testServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ config: "[server]\nrate_limit_per_minute = 0\nsse_heartbeat_secs = 1" });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Events of a feed until enough is said, or the stream ends. */
async function read(
  at: string,
  enough: (frames: EventFrame[]) => boolean,
  lastId?: number,
): Promise<EventFrame[]> {
  const frames: EventFrame[] = [];
  const response = await server.fetch(at, {
    headers: lastId === undefined ? {} : { "last-event-id": `${lastId}` },
  });
  expect(response.status).toBe(200);
  if (enough(frames)) return frames;
  for await (const { id, event, data } of sseBlocks(response)) {
    if (data === undefined) continue;
    const frame = EventFrame.parse(JSON.parse(data));
    expect([id, event]).toEqual([String(frame.event.seq), frame.event.type]);
    frames.push(frame);
    if (enough(frames)) return frames;
  }
  return frames;
}

/** Everything in the log, by asking for pages of it. */
async function logged(filter: { task_id?: string; type?: EventType[] } = {}): Promise<Event[]> {
  const events: Event[] = [];
  for (;;) {
    const page = await server.client.call("event/query", {
      ...filter,
      after_seq: events.at(-1)?.seq ?? 0,
      limit: 500,
    });
    events.push(...page.data);
    if (!page.has_more) return events;
  }
}

/** Proves that frames are all of a feed: each names the one before it. */
function expectChain(frames: readonly EventFrame[], from: number): void {
  let before = from;
  for (const { prev_seq, event } of frames) {
    expect(prev_seq).toBe(before);
    before = event.seq;
  }
}

describe("the event stream of a working server", () => {
  it("resumed again and again while tasks are written has no gap and nothing twice [req:http.sse-resume]", async () => {
    const from = await server.headSeq();
    let writing = true;
    const writer = (async () => {
      for (let round = 0; round < 40; round += 1)
        await server.post("/tasks/batch", {
          project: "app",
          tasks: Array.from({ length: 5 }, () => ({ prompt: "x" })),
        });
      writing = false;
    })();
    const all: EventFrame[] = [];
    for (let round = 0; writing || round < 3; round += 1) {
      const most = (round * 7) % 23;
      if (!writing && (await server.headSeq()) === (all.at(-1)?.event.seq ?? from)) break;
      all.push(...(await read("/events", (frames) => frames.length >= most, all.at(-1)?.event.seq ?? from)));
    }
    await writer;
    const head = await server.headSeq();
    const last = all.at(-1)?.event.seq ?? from;
    if (last < head)
      all.push(...(await read("/events", (frames) => frames.at(-1)?.event.seq === head, last)));
    expectChain(all, from);
    expect(all.map((frame) => frame.event)).toEqual((await logged()).filter((event) => event.seq > from));
    expect(all.length).toBeGreaterThanOrEqual(200);
  });

  it("filtered by task and by type carries all of those, and proves it [req:http.sse]", async () => {
    const task_id = await server.submit();
    const others = Promise.all([1, 2, 3, 4].map(() => server.submit()));
    await server.client.call("task/cancel", { task_id });
    await others;
    const expected = await logged({ task_id });
    const of = await read(
      `/events?task_id=${task_id}&after_seq=0`,
      (frames) => frames.length === expected.length,
    );
    expect(of.map((frame) => frame.event)).toEqual(expected);
    expectChain(of, 0);
    const types: EventType[] = ["task.ended", "server.started"];
    const wanted = await logged({ type: types });
    const by = await read(
      `/events?after_seq=0&${types.map((type) => `type=${type}`).join("&")}`,
      (frames) => frames.length === wanted.length,
    );
    expect(by.map((frame) => frame.event)).toEqual(wanted);
    expectChain(by, 0);
    const { id } = await server.client.call("project/get", { project: "app" });
    const theirs = (await logged()).filter((event) => event.project_id === id);
    for (const key of ["app", id]) {
      const ofProject = await read(
        `/events?project_id=${key}&after_seq=0`,
        (all) => all.length === theirs.length,
      );
      expect(ofProject.map((frame) => frame.event)).toEqual(theirs);
      const { data } = await server.client.call("event/query", { project_id: key, limit: 500 });
      expect(data).toEqual(theirs.slice(0, 500));
    }
    // A filtered feed that is resumed names the last of its own before the cursor, however far back.
    const resumed = await read(
      `/events?task_id=${task_id}`,
      (frames) => frames.length === 1,
      expected.at(-2)!.seq,
    );
    expect(resumed).toEqual([of.at(-1)]);
  });

  it("reaches two hundred clients whole [req:http.sse-many]", async () => {
    const from = await server.headSeq();
    const enough = (frames: EventFrame[]) => frames.length === 50;
    const clients = Array.from({ length: 200 }, () =>
      read(`/events?after_seq=${from}&type=task.queued`, enough),
    );
    for (let round = 0; round < 10; round += 1)
      await server.post("/tasks/batch", {
        project: "app",
        tasks: Array.from({ length: 5 }, () => ({ prompt: "x" })),
      });
    const expected = (await logged({ type: ["task.queued"] })).filter((event) => event.seq > from);
    for (const frames of await Promise.all(clients))
      expect(frames.map((frame) => frame.event)).toEqual(expected);
  });

  it("from a place the log does not have asks to begin anew, at once [req:http.sse-cursor]", async () => {
    const head = await server.headSeq();
    for (const at of [`/events?after_seq=${head + 1}`, "/events?after_seq=9007199254740991"]) {
      const blocks: SseBlock[] = [];
      for await (const block of sseBlocks(await server.fetch(at))) blocks.push(block);
      expect(blocks).toEqual([
        { event: "resync_required", data: JSON.stringify({ oldest_seq: 1, head_seq: head }) },
      ]);
    }
  });

  it("beats while it is quiet, without an id [req:http.sse-heartbeat]", async () => {
    for await (const block of sseBlocks(await server.fetch("/events"))) {
      if (block.comment === undefined) continue;
      expect(block).toEqual({ comment: "heartbeat" });
      return;
    }
    expect.unreachable("the stream ended without a heartbeat");
  });

  it("asked for with HEAD answers and hangs nobody [req:http.sse]", async () => {
    for (const at of ["/events", `/tasks/${await server.submit()}/stream`]) {
      const response = await server.fetch(at, { method: "HEAD" });
      expect([response.status, response.headers.get("allow")]).toEqual([405, "GET"]);
    }
  });
});

describe("the stream of a task", () => {
  async function items(at: string, headers: Record<string, string> = {}): Promise<StreamItem[]> {
    const all: StreamItem[] = [];
    for await (const { data } of sseBlocks(await server.fetch(at, { headers })))
      if (data !== undefined) all.push(StreamItem.parse(JSON.parse(data)));
    return all;
  }

  it("that has ended replays it, says done and ends, from any cursor [req:http.task-stream]", async () => {
    const task_id = await server.submit();
    await server.client.call("task/cancel", { task_id, reason: "not needed" });
    const events = await logged({ task_id });
    const whole = await items(`/tasks/${task_id}/stream`);
    expect(whole.slice(0, -1)).toEqual(
      events.map(({ type, data }) => ({ type: "event", event: type, data })),
    );
    expect(whole.at(-1)).toEqual({ type: "done", status: "cancelled" });
    const last = events.at(-1)!.seq;
    expect(await items(`/tasks/${task_id}/stream`, { "last-event-id": `${last}` })).toEqual(whole.slice(-1));
    expect(await items(`/tasks/${task_id}/stream?after_seq=${last}`)).toEqual(whole.slice(-1));
  });

  it("that has not ended follows it to its end [req:http.task-stream]", async () => {
    const task_id = await server.submit();
    const following = items(`/tasks/${task_id}/stream`);
    await server.client.call("task/cancel", { task_id });
    expect((await following).at(-1)).toEqual({ type: "done", status: "cancelled" });
  });

  it("that does not exist is refused before a stream begins [req:http.task-stream]", async () => {
    for (const [at, status, field] of [
      ["/tasks/task_01ARZ3NDEKTSV4RRFFQ69G5FAV/stream", 404, "task_id"],
      ["/tasks/nonsense/stream", 400, "task_id"],
      [`/tasks/${await server.submit()}/stream?after_seq=-1`, 400, "after_seq"],
      ["/events?task_id=x", 400, "task_id"],
      ["/events?nonsense=x", 400, "nonsense"],
      ["/events?project_id=nonsense", 404, "project"],
      ["/events?type=task.nonsense", 400, "type.0"],
    ] as const) {
      const response = await server.fetch(at);
      expect([at, response.status]).toEqual([at, status]);
      expect(await response.json()).toMatchObject({ status, field });
    }
  });
});

describe("clients that do not read", () => {
  it("hold on to little, and read on where they stopped [req:http.slow-client]", async () => {
    const from = await server.headSeq();
    const title = "🦀".repeat(100);
    const batch = { project: "app", tasks: Array.from({ length: 100 }, () => ({ prompt: "x", title })) };
    for (let round = 0; round < 40; round += 1)
      expect((await server.post("/tasks/batch", batch)).status).toBe(202);
    const head = await server.headSeq();
    const sockets = await Promise.all(Array.from({ length: 60 }, () => server.connect()));
    const before = process.memoryUsage().rss;
    for (const socket of sockets) {
      socket.pause();
      socket.write(
        `GET /events?after_seq=${from} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\n\r\n`,
      );
    }
    // Another client has all of it, so the others had every chance to be written to.
    const frames = await read(`/events?after_seq=${from}`, (all) => all.at(-1)?.event.seq === head);
    expectChain(frames, from);
    expect(frames.length).toBe(head - from);
    expect(frames.length).toBeGreaterThan(4_000);
    // Client and server share this process: its sockets' buffers count as well.
    expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(250);
    const [first, ...others] = sockets;
    for (const socket of others) socket.destroy();
    let text = "";
    const done = new Promise<void>((resolve) =>
      first!.on("data", (chunk: Buffer) => {
        text += chunk.toString("latin1");
        if (text.includes(`id: ${head}\n`)) resolve();
      }),
    );
    first!.resume();
    await done;
    first!.destroy();
    expect(parseAnswer(text).status).toBe(200);
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map((hit) => Number(hit[1])).filter((id) => id > from);
    expect(ids).toEqual(Array.from({ length: head - from }, (_, index) => from + 1 + index));
  });
});
