import { describe, expect, it } from "vitest";
import { connect } from "./fake-session.ts";
import type { Message } from "./wires.ts";

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
