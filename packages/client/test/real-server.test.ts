import path from "node:path";
import { type EventFrame, type HarnessError, isHarnessError, type WsServerMessage } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestServer, testServer } from "../../server/test/support/test-server.ts";
import { HarnessClient } from "../src/index.ts";
import { discover } from "../src/node.ts";

let server: TestServer;
let client: HarnessClient;
beforeAll(async () => {
  server = await testServer({ config: "[server]\nrate_limit_per_minute = 0" });
  client = new HarnessClient({ url: server.url, token: server.token });
});
afterAll(() => server[Symbol.asyncDispose]());

/** The refusal of a call. */
async function refusal(call: Promise<unknown>): Promise<HarnessError> {
  const error = await call.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!isHarnessError(error)) throw new Error("not refused by the server", { cause: error });
  return error;
}

describe("calls to a running server", () => {
  it("reach every kind of operation: path, query, lists and body [req:client.call]", async () => {
    const { task_id } = await client.call("task/create", {
      project: "app",
      prompt: "a/b?c=d&e #f",
      labels: ["x,y", "ü"],
    });
    const task = await client.call("task/get", { task_id });
    expect([task.prompt, task.labels]).toEqual(["a/b?c=d&e #f", ["x,y", "ü"]]);
    const { data } = await client.call("task/list", {
      status: ["queued", "waiting"],
      label: "x,y",
      counts: true,
    });
    expect(data.map((one) => one.id)).toEqual([task_id]);
    const { root } = await client.call("project/get", { project: "app" });
    // A project may be named by the path of its root: slashes stay within their part of the URL.
    expect((await client.call("project/get", { project: root })).name).toBe("app");
    expect(await client.call("task/cancel", { task_id })).toEqual({ task_id, status: "cancelled" });
    expect((await client.call("event/query", { type: ["task.ended"], task_id })).data).toHaveLength(1);
  });

  it("that are refused carry the code, the field and what is allowed [req:client.errors]", async () => {
    const missing = await refusal(client.call("task/get", { task_id: "task_01ARZ3NDEKTSV4RRFFQ69G5FAV" }));
    expect([missing.code, missing.details.field]).toEqual(["task_not_found", "task_id"]);
    const wrong = await refusal(client.call("task/list", { limit: 1000 }));
    expect([wrong.code, wrong.details.field, wrong.details.issues?.length]).toEqual([
      "invalid_params",
      "limit",
      1,
    ]);
    const agent = await refusal(client.call("task/create", { project: "app", prompt: "x", agent: "nobody" }));
    expect(agent.code).toBe("agent_not_found");
    expect(agent.details.allowed).toContain("auto");
    const stranger = new HarnessClient({ url: server.url, token: "wrong-token-wrong-token" });
    expect((await refusal(stranger.call("server/status", {}))).code).toBe("unauthorized");
    const elsewhere = new HarnessClient({ url: `http://0.0.0.0:${server.port}`, token: server.token });
    expect((await refusal(elsewhere.call("server/status", {}))).code).toBe("host_refused");
  });
});

describe("a stream of a running server", () => {
  it("goes on over restarts, with no gap and nothing twice [req:client.stream]", async () => {
    const over = new AbortController();
    const from = await server.headSeq();
    const frames: EventFrame[] = [];
    let wanted = Number.POSITIVE_INFINITY;
    const following = (async () => {
      for await (const frame of client.stream("events", { after_seq: from }, { signal: over.signal })) {
        frames.push(frame);
        if (frame.event.seq >= wanted) return;
      }
    })();
    for (let round = 0; round < 2; round += 1) {
      await Promise.all([1, 2, 3].map(() => server.submit()));
      await server.restart();
    }
    await server.submit();
    wanted = await server.headSeq();
    await server.submit();
    await following;
    over.abort();
    const seqs = frames.map((frame) => frame.event.seq);
    expect(seqs).toEqual(Array.from({ length: seqs.at(-1)! - from }, (_, index) => from + 1 + index));
    expect(frames.map((frame) => frame.prev_seq)).toEqual([from, ...seqs.slice(0, -1)]);
    expect(seqs.at(-1)).toBeGreaterThanOrEqual(wanted);
  });

  it("that was cut before its first event misses none [req:client.stream]", async () => {
    const stands = Promise.withResolvers<void>();
    const watched = new HarnessClient({
      url: server.url,
      token: server.token,
      fetch: async (...request) => {
        const response = await fetch(...request);
        stands.resolve();
        return response;
      },
    });
    const stream = watched.stream("events", { type: ["task.queued"] });
    const first = stream.next();
    await stands.promise;
    await server.restart();
    const task_id = await server.submit();
    expect((await first).value?.event.task_id).toBe(task_id);
    await stream.return();
  });

  it("of a task ends with its end, over a restart too [req:client.stream]", async () => {
    const task_id = await server.submit();
    const types: string[] = [];
    const following = (async () => {
      for await (const item of client.stream("task", { task_id })) {
        types.push(item.type === "event" ? item.event : item.type);
        if (types.length === 1) void server.restart().then(() => client.call("task/cancel", { task_id }));
      }
    })();
    await following;
    const { data } = await client.call("event/query", { task_id });
    expect(types).toEqual([...data.map((event) => event.type), "done"]);
  });

  it("of a task as lines ends with its end, over a restart too [req:client.stream]", async () => {
    const task_id = await server.submit();
    const lines: string[] = [];
    for await (const line of client.stream("task_logs", { task_id })) {
      lines.push(line);
      if (lines.length === 1) void server.restart().then(() => client.call("task/cancel", { task_id }));
    }
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatch(/^\[[A-Z]+\] /);
  });

  it("that is let go lets go of its connection [req:client.stream]", async () => {
    for (let round = 0; round < 20; round += 1)
      for await (const _ of client.stream("events", { after_seq: 0 })) break;
    const over = new AbortController();
    const aborted = (async () => {
      for await (const _ of client.stream("events", {}, { signal: over.signal }));
    })();
    over.abort();
    await aborted;
    const began = performance.now();
    await server.restart();
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it("ahead of the log, of no task or without the token ends with why [req:client.errors]", async () => {
    const next = (stream: AsyncGenerator<unknown>) => refusal(stream.next());
    expect((await next(client.stream("events", { after_seq: 10_000_000 }))).code).toBe("invalid_cursor");
    const task_id = "task_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    expect((await next(client.stream("task", { task_id }))).code).toBe("task_not_found");
    const stranger = new HarnessClient({ url: server.url, token: "wrong-token-wrong-token" });
    expect((await next(stranger.stream("events", {}))).code).toBe("unauthorized");
  });
});

describe("topics of a running server", () => {
  it("come over one socket and end with why [req:client.topics]", async () => {
    const messages: WsServerMessage[] = [];
    const waits: { fits: (message: WsServerMessage) => boolean; done: () => void }[] = [];
    const closed = Promise.withResolvers<string>();
    const topics = client.topics((message) => {
      messages.push(message);
      for (const wait of waits) if (wait.fits(message)) wait.done();
    }, closed.resolve);
    const until = (fits: (message: WsServerMessage) => boolean) =>
      messages.some(fits) ? undefined : new Promise<void>((done) => waits.push({ fits, done }));
    await topics.subscribe("q", "type:task.queued");
    await until(({ type }) => type === "subscribed");
    const task_id = await server.submit();
    await until((message) => message.type === "event" && message.event.task_id === task_id);
    await topics.unsubscribe("q");
    await until(({ type }) => type === "unsubscribed");
    await server.restart();
    expect(await closed.promise).toContain("stopping");
  });
});

describe("the running server", () => {
  it("is found through its data directory, and is gone when it stopped [req:client.discover]", async () => {
    const env = { HARNESS_DATA_DIR: server.dataDir };
    expect(await discover({ env })).toEqual({ url: server.url, token: server.token });
    await server.restart(async () => {
      expect(await discover({ dataDir: path.join(server.dir, "data"), env: {} })).toBeUndefined();
    });
    expect(await discover({ dataDir: path.join(server.dir, "data"), env: {} })).toMatchObject({
      url: server.url,
    });
  });
});
