import { once } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { StdioConnection } from "../../src/rpc/index.ts";
import { approves, sumCheck, sumFiles, writesSum } from "../scenarios/world.ts";
import { makeRepository } from "../support/git-fixture.ts";
import { testServer } from "../support/test-server.ts";
import { checked, expectWhole, type Told, until } from "./told.ts";
import { socketWire, stdioServer } from "./wires.ts";

describe("a task done by scripted agents", () => {
  it("is followed over standard output from its submission to its branch [req:rpc.notifications, rpc.stdio]", async () => {
    await using server = await stdioServer({ agents: { writer: writesSum, critic: approves } });
    const { wire } = server;
    await wire.greet({ notifications: false });
    await wire.call("events/subscribe", { after_seq: 0 });
    const root = makeRepository(`${server.dir}/repo`, sumFiles);
    await wire.call("project/create", { root, id: "app", validation: [sumCheck] });
    const created = await wire.call("task_create", { prompt: "Make sum add" });
    const { task_id } = created.result as { task_id: string };
    const seen = await until(wire, ({ type }) => type === "attempt.ended");
    expectWhole(seen, 0);
    const methods = new Set(seen.map(({ method }) => method));
    for (const method of ["turn/started", "item/completed", "turn/completed", "event"] as const)
      expect(methods).toContain(method);
    expect((await wire.call("task/get", { task_id })).result).toMatchObject({ status: "done" });
    // The turns of the task once more, as somebody who comes late reads them.
    await wire.call("events/subscribe", { after_seq: 0, task_id, types: ["turn.started", "turn.ended"] });
    wire.notes.length = 0;
    const turns: Told[] = [];
    while (turns.length < 4) turns.push(...[await wire.next()].flat().map(checked));
    expect(turns.map(({ method }) => method)).toEqual([
      "turn/started",
      "turn/completed",
      "turn/started",
      "turn/completed",
    ]);
    expect(turns.slice(1).map(({ prev_seq }) => prev_seq)).toEqual(turns.slice(0, -1).map(({ seq }) => seq));
  });
});

describe("a connection that is cut", () => {
  it("resumes from the last seq with nothing missing and nothing twice, over cuts and a restart [req:rpc.resume]", async () => {
    await using server = await testServer();
    const all: { seq: number; prev_seq: number }[] = [];
    const start = await server.headSeq();
    for (let cut = 0; cut < 6; cut += 1) {
      const wire = await socketWire(server);
      await wire.greet({ notifications: false });
      const after_seq = all.at(-1)?.seq ?? start;
      expect((await wire.call("events/subscribe", { after_seq })).result).toMatchObject({
        subscribed: true,
        after_seq,
      });
      const target = (await server.headSeq()) + 1;
      await server.submit();
      all.push(...(await until(wire, ({ seq }) => seq >= target)));
      wire.socket.terminate();
      // What happens while nobody listens is told afterwards.
      await server.submit();
      if (cut === 3) await server.restart();
    }
    expectWhole(all, start);
  });

  it("tells two clients the same, in the same order [req:rpc.resume]", async () => {
    await using server = await testServer();
    await using one = await socketWire(server);
    await using two = await socketWire(server);
    for (const wire of [one, two]) await wire.greet();
    await Promise.all(Array.from({ length: 20 }, () => server.submit()));
    const head = await server.headSeq();
    const [left, right] = await Promise.all([one, two].map((wire) => until(wire, ({ seq }) => seq === head)));
    expect(left).toEqual(right);
  });
});

describe("a server that stops", () => {
  it("refuses new work with -32010 while it drains, answers the rest, then says so [req:rpc.overload]", async () => {
    const hangs = {
      source: `require("node:fs").readFileSync(0); setInterval(() => {}, 1000);`,
      roles: ["implementer"],
    };
    await using server = await stdioServer({
      agents: { hangs },
      config: "[server]\ndrain_timeout_secs = 2",
    });
    const { wire } = server;
    await wire.greet();
    const root = makeRepository(`${server.dir}/repo`, sumFiles);
    await wire.call("project/create", { root, id: "app", validation: "none" });
    await wire.call("task/create", { prompt: "Hang" });
    await until(wire, ({ method }) => method === "turn/started");
    const stopped = server.stop("test");
    const refused = await wire.call("task/create", { prompt: "More" });
    expect(refused.error).toMatchObject({
      code: -32010,
      data: { code: "draining", retry: "later", retry_after_s: expect.any(Number) },
    });
    expect((await wire.call("task/list")).error).toBeUndefined();
    await stopped;
    expect(await server.ended).toBe("closed");
  });

  it("ends the input of a client in order: what was asked before its end is answered [req:rpc.stdio]", async () => {
    await using server = await stdioServer();
    await server.wire.greet({ notifications: false });
    for (const id of [1, 2, 3]) server.wire.send({ jsonrpc: "2.0", id, method: "task/list" });
    server.input.end('{"jsonrpc":"2.0","id":4,"method":"health/get"}');
    expect(await server.ended).toBe("end of input");
    const answers = [];
    for (let n = 0; n < 4; n += 1) answers.push(await server.wire.next());
    expect(
      answers
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([1, 2, 3, 4]);
  });

  it("refuses a last line that is too long before it ends [req:rpc.lines]", async () => {
    await using server = await stdioServer();
    server.input.end("x".repeat(2_000_000));
    expect(await server.ended).toBe("end of input");
    expect(await server.wire.next()).toMatchObject({
      id: null,
      error: { data: { code: "payload_too_large" } },
    });
  });

  it("does not wait for a client whose output broke [req:rpc.stdio]", async () => {
    await using server = await stdioServer();
    await server.wire.greet({ notifications: false });
    server.output.on("error", () => {}).destroy();
    await once(server.output, "close");
    server.wire.send({ jsonrpc: "2.0", id: 1, method: "task/list" });
    expect(await server.ended).toBe("nobody reads the output");
  });
});

describe("a client on standard output that never reads", () => {
  it("ends the connection when a message has waited too long, in so many words [req:rpc.stdio, rpc.unread]", async () => {
    const input = new PassThrough();
    const output = { write: () => false };
    const rpc = {
      open: (channel: { write(text: string): Promise<void> }) => ({
        receive: () => void channel.write("an answer").catch(() => undefined),
        settled: () => new Promise<void>(() => undefined),
        close: () => undefined,
      }),
    };
    const connection = new StdioConnection(rpc as never, {} as never, { input, output }, 10);
    const ended = connection.serve();
    input.end('{"jsonrpc":"2.0","id":1,"method":"health/get"}\n');
    expect(await ended).toBe("the output was not read for 0.01 s");
    connection.close();
  });
});

describe("what only an address can do", () => {
  it("is refused without one, in so many words [req:rpc.stdio]", async () => {
    await using server = await stdioServer();
    await server.wire.greet({ notifications: false });
    expect((await server.wire.call("auth/login_code")).error).toMatchObject({
      code: -32006,
      message: expect.stringContaining("no page to log in to"),
    });
  });
});
