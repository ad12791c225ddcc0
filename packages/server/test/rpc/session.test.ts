import { setImmediate } from "node:timers/promises";
import {
  createIdFactory,
  HarnessError,
  type OperationName,
  rpcNotifications,
  type Scope,
} from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { Rpc, type RpcSession } from "../../src/rpc/index.ts";
import { MemoryLog } from "../http/edge.ts";
import { Message } from "./wires.ts";

const ALL: readonly Scope[] = ["open", "read", "submit", "operate"];

/** A session over a log in memory and operations that wait until the test lets them end. */
function connect(options: { scopes?: readonly Scope[]; log?: MemoryLog } = {}) {
  const log = options.log ?? new MemoryLog();
  const sent: Message[] = [];
  const running: { name: OperationName; params: unknown; end: (result: unknown) => void }[] = [];
  const failures: string[] = [];
  /** Set to keep the channel full. */
  const full: { until?: Promise<void> } = {};
  const rpc = new Rpc({
    invoker: {
      invoke: (name, params, caller) => {
        if (!caller.scopes.has("operate")) return Promise.reject(new HarnessError("forbidden", "no"));
        return new Promise((end) => running.push({ name, params, end }));
      },
    },
    feeds: log,
    projectId: async (key) => `id of ${key}`,
    newId: createIdFactory(Date.now),
    version: "1.2.3",
    redact: (text) => text,
  });
  const session: RpcSession = rpc.open(
    {
      write: async (text) => {
        const message: unknown = JSON.parse(text);
        sent.push(...[message].flat().map((one) => Message.parse(one)));
        await full.until;
      },
      fail: (reason) => failures.push(reason),
    },
    { scopes: new Set(options.scopes ?? ALL), actor: "test" },
  );
  const say = (message: object) =>
    session.receive(Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message })));
  const greet = (capabilities: object = {}) => {
    say({ id: "hello", method: "initialize", params: { capabilities } });
    say({ method: "initialized" });
  };
  /** What was sent, once everything that could go on has gone on. */
  const heard = async () => {
    await setImmediate();
    return sent.splice(0).map((message) => (message.method === undefined ? message : note(message)));
  };
  return { session, log, sent, running, failures, full, say, greet, heard };
}

function note({ method, params }: Message) {
  return `${method} ${params?.prev_seq}->${params?.seq}`;
}

const ids = (all: readonly (Message | string)[]) =>
  all.map((one) => (typeof one === "string" ? one : one.id));

describe("the handshake", () => {
  it("comes first, once, on each connection by itself [req:rpc.handshake]", async () => {
    const { say, heard, running } = connect();
    const code = async () =>
      (await heard()).map((one) => (typeof one === "string" ? one : (one.error?.code ?? one.result)));
    say({ id: 1, method: "task/list" });
    say({ method: "task/list" });
    say({ id: 2, method: "events/subscribe" });
    say({ id: 3, method: "initialized" });
    expect(await code()).toEqual([-32003, -32003, -32600]);
    say({
      id: 4,
      method: "initialize",
      params: { clientInfo: { name: "x", version: "1" }, capabilities: null },
    });
    expect(await code()).toEqual([{ name: "harness", version: "1.2.3", capabilities: expect.anything() }]);
    say({ id: 5, method: "task/list" });
    say({ id: 6, method: "initialize" });
    say({ id: 7, method: "initialized", params: { extra: 1 } });
    expect(await code()).toEqual([-32003, -32600, -32602]);
    expect(running).toEqual([]);
    say({ id: 8, method: "initialized" });
    say({ id: 9, method: "initialized" });
    expect(await code()).toEqual([{}, -32600]);
    say({ id: 10, method: "task/list" });
    expect(running).toMatchObject([{ name: "task/list" }]);
    const other = connect();
    other.say({ id: 1, method: "task/list" });
    expect(await other.heard()).toMatchObject([
      { error: { code: -32003, message: "Server not initialized. Send 'initialize' first." } },
    ]);
  });

  it("may come in one batch with what follows it [req:rpc.handshake]", async () => {
    const { session, running, heard } = connect();
    const batch = [
      { jsonrpc: "2.0", id: 1, method: "initialize" },
      { jsonrpc: "2.0", method: "initialized" },
      { jsonrpc: "2.0", id: 2, method: "task_list" },
    ];
    session.receive(Buffer.from(JSON.stringify(batch)));
    expect(running).toMatchObject([{ name: "task/list" }]);
    running[0]?.end("done");
    expect(await heard()).toMatchObject([{ id: 1 }, { id: 2, result: "done" }]);
  });

  it("gives nobody more than its credential does, whatever it says of itself [req:rpc.scopes]", async () => {
    const { say, heard, running } = connect({ scopes: ["open", "read"] });
    say({ id: 1, method: "initialize", params: { scopes: ["operate"] } });
    expect(await heard()).toMatchObject([{ error: { code: -32602, data: { field: "scopes" } } }]);
    say({ id: 1, method: "initialize", params: { capabilities: { scopes: ["operate"], operate: true } } });
    say({ method: "initialized" });
    say({ id: 2, method: "task/create", params: { prompt: "x" } });
    expect(await heard()).toMatchObject([{ id: 1, result: {} }, { error: { data: { code: "forbidden" } } }]);
    expect(running).toEqual([]);
    const blind = connect({ scopes: ["open", "operate"] });
    blind.greet();
    blind.log.append("unseen");
    blind.say({ id: 3, method: "events/subscribe" });
    expect(await blind.heard()).toMatchObject([{ id: "hello" }, { error: { data: { code: "forbidden" } } }]);
  });
});

describe("calls of one connection", () => {
  it("run at once and are answered as they end [req:rpc.concurrent]", async () => {
    const { greet, say, heard, running } = connect();
    greet({ notifications: false });
    for (const id of ["slow", "quick"]) say({ id, method: "task/list" });
    running[1]?.end("first");
    expect(ids(await heard())).toEqual(["hello", "quick"]);
    running[0]?.end("second");
    expect(await heard()).toMatchObject([{ id: "slow", result: "second" }]);
  });

  it("cannot have the id of one that is not answered yet, and may have it again after [req:rpc.ids]", async () => {
    const { greet, say, heard, running } = connect();
    greet({ notifications: false });
    await heard();
    for (const id of [1, 1, "1"]) say({ id, method: "task/list" });
    expect(running).toHaveLength(2);
    expect(await heard()).toMatchObject([
      { id: null, error: { code: -32600, data: { field: "id", got: "1" } } },
    ]);
    for (const { end } of running) end("done");
    expect(ids(await heard())).toEqual([1, "1"]);
    say({ id: 1, method: "task/list" });
    expect(running).toHaveLength(3);
  });

  it("are refused with a time to come again when too many wait, and taken again after [req:rpc.overload]", async () => {
    const { greet, say, heard, running } = connect();
    greet({ notifications: false });
    await heard();
    for (let id = 0; id < 200; id += 1) say({ id, method: "task/list" });
    const refused = await heard();
    expect(running.length).toBeGreaterThanOrEqual(100);
    expect(refused).toHaveLength(200 - running.length);
    for (const one of refused)
      expect(one).toMatchObject({
        error: {
          code: -32010,
          data: { code: "overloaded", retry: "later", retry_after_s: expect.any(Number) },
        },
      });
    const before = running.length;
    running[0]?.end("done");
    await heard();
    say({ id: "again", method: "task/list" });
    expect(running).toHaveLength(before + 1);
  });

  it("wait while nobody reads the answers, and the reader of calls is told to wait too [req:rpc.back-pressure]", async () => {
    const { greet, say, heard, running, full, session } = connect();
    greet({ notifications: false });
    await heard();
    const { promise, resolve } = Promise.withResolvers<void>();
    full.until = promise;
    const big = "x".repeat(600_000);
    for (const id of [1, 2, 3]) {
      say({ id, method: "task/list" });
      running.at(-1)?.end(big);
    }
    expect(ids(await heard())).toEqual([1]);
    let room = false;
    const waiting = say({ id: 4, method: "nonsense" });
    void waiting?.then(() => {
      room = true;
    });
    expect(waiting).toBeInstanceOf(Promise);
    expect(await heard()).toEqual([]);
    expect(room).toBe(false);
    resolve();
    await session.settled();
    expect(ids(await heard())).toEqual([2, 3, 4]);
    expect(room).toBe(true);
    expect(say({ id: 5, method: "nonsense" })).toBeUndefined();
  });
});

describe("what happens", () => {
  it("is told from the handshake on, each with the one before it [req:rpc.notifications]", async () => {
    const { greet, heard, log } = connect();
    log.append("before");
    greet();
    log.append("one");
    log.append("two");
    expect(await heard()).toMatchObject([{ id: "hello" }, "warning 1->2", "warning 2->3"]);
  });

  it("is not told of the kinds a client opted out of, nor chained over them [req:rpc.opt-out]", async () => {
    for (const name of ["warning", "nothing/known"]) {
      const { greet, heard, log, say } = connect();
      greet({ opt_out_notification_methods: [name] });
      log.append("one");
      const told = name === "warning" ? [] : ["warning 0->1"];
      expect((await heard()).slice(1)).toEqual(told);
      say({ id: 1, method: "events/subscribe", params: { after_seq: 0 } });
      expect((await heard()).slice(1)).toEqual(told);
    }
    const every = connect();
    every.greet({
      optOutNotificationMethods: Object.keys(rpcNotifications).map((one) => one.replace("/", "_")),
    });
    every.log.append("one");
    every.say({ id: 1, method: "events/subscribe", params: { after_seq: 0 } });
    expect(await every.heard()).toMatchObject([{ id: "hello" }, { id: 1, result: { subscribed: true } }]);
    expect(every.log.cursors).toBe(0);
  });

  it("is told from any event on, after the answer and in place of what was told before [req:rpc.subscribe]", async () => {
    const { greet, heard, log, say } = connect();
    for (let n = 0; n < 3; n += 1) log.append(String(n));
    greet();
    log.append("live");
    expect(await heard()).toMatchObject([{ id: "hello" }, "warning 3->4"]);
    say({ id: 1, method: "events/subscribe", params: { after_seq: 1, project_id: "app" } });
    expect(await heard()).toMatchObject([
      { id: 1, result: { subscribed: true, after_seq: 1, head_seq: 4 } },
      "warning 1->2",
      "warning 2->3",
      "warning 3->4",
    ]);
    say({ id: 2, method: "events_subscribe", params: { types: ["task.ended"] } });
    log.append("other");
    expect(await heard()).toMatchObject([{ id: 2 }]);
    say({ id: 3, method: "events/unsubscribe" });
    log.append("unheard");
    expect(await heard()).toMatchObject([{ id: 3, result: { subscribed: false } }]);
    expect(log.cursors).toBe(0);
    for (const params of [{ after_seq: -1 }, { after_seq: 1.5 }, { types: ["nothing"] }, { topic: "all" }]) {
      say({ id: 4, method: "events/subscribe", params });
      expect(await heard()).toMatchObject([{ id: 4, error: { code: -32602 } }]);
    }
  });

  it("that is gone or not there yet asks for a resync, and what was told before goes on [req:rpc.subscribe]", async () => {
    const { greet, heard, log, say } = connect();
    for (let n = 0; n < 9; n += 1) log.append(String(n));
    log.oldest = 5;
    greet();
    await heard();
    for (const after_seq of [2, 1000]) {
      say({ id: 1, method: "events/subscribe", params: { after_seq } });
      const [answer, resync] = await heard();
      expect(answer).toMatchObject({ result: { subscribed: false, after_seq: null, head_seq: 9 } });
      expect(resync).toBe("resync_required undefined->undefined");
    }
    log.append("live");
    expect(await heard()).toEqual(["warning 9->10"]);
  });

  it("is told to nobody after the end, and a feed that breaks ends the connection [req:rpc.subscribe]", async () => {
    const { greet, heard, log, session, say, running } = connect();
    greet();
    say({ id: 1, method: "task/list" });
    await heard();
    session.close();
    log.append("unheard");
    running[0]?.end("late");
    say({ id: 2, method: "task/list" });
    expect(running).toHaveLength(1);
    expect(log.cursors).toBe(0);
    const broken = connect();
    const { open } = broken.log;
    broken.log.open = (filter, after) => {
      const feed = open(filter, after);
      if (feed.status === "ok") feed.cursor.take = () => Promise.reject(new Error("disk gone"));
      return feed;
    };
    broken.greet();
    await broken.heard();
    expect(broken.failures).toEqual(["the feed failed"]);
  });
});
