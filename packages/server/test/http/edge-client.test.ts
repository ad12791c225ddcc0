import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HarnessClient, type Socket } from "@harness/client";
import { HarnessError, type OperationName, operations, type Params } from "@harness/protocol";
import { describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import { type Edge, startEdge, TASK, TOKEN } from "./edge.ts";

const clientOf = (edge: Edge, token = TOKEN) => new HarnessClient({ url: `${edge.url}/`, token });

/** Values of the right kind for every field, awkward ones where the kind allows them. */
function awkward(row: (typeof operations)[OperationName]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row.params.shape).map(([name, field]) => [name, valueFor(field as z.ZodType)]),
  );
}

function valueFor(field: z.ZodType): unknown {
  if (field instanceof z.ZodOptional || field instanceof z.ZodNullable)
    return valueFor(field.unwrap() as z.ZodType);
  if (field instanceof z.ZodNumber) return 7;
  if (field instanceof z.ZodBoolean) return false;
  if (field instanceof z.ZodArray) return ["a", "b c&d=e/é%"];
  return "a b,c&d=é/%2e?#+";
}

describe("a call", () => {
  it.each(Object.keys(operations) as OperationName[])(
    "of %s reaches the operation with exactly its parameters [req:client.call]",
    async (name) => {
      await using edge = await startEdge();
      const params = awkward(operations[name]);
      await clientOf(edge)
        .call(name, params as Params<typeof name>)
        .catch(() => {});
      expect(edge.calls.map((call) => [call.name, call.raw])).toEqual([[name, params]]);
    },
  );

  it("throws what the server refused, with its code and details [req:client.errors]", async () => {
    await using edge = await startEdge({
      answer: () => {
        throw new HarnessError("task_not_found", "There is no task x.", {
          field: "task_id",
          hint: "Look again.",
        });
      },
    });
    const failure: unknown = await clientOf(edge)
      .call("task/get", { task_id: TASK })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HarnessError);
    expect(failure).toMatchObject({
      code: "task_not_found",
      message: "There is no task x.",
      details: { field: "task_id", hint: "Look again." },
    });
    await expect(clientOf(edge, "wrong-token").call("agent/list", {})).rejects.toMatchObject({
      code: "unauthorized",
    });
  });

  it("refuses an answer that is not what the table says [req:client.errors]", async () => {
    await using edge = await startEdge({ answer: () => ({ agents: "none" }) });
    await expect(clientOf(edge).call("agent/list", {})).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining("agent/list is not what this version expects: agents") as string,
    });
  });

  it("does not take another program's answer for the server's [req:client.errors]", async () => {
    for (const [status, body] of [
      [200, "<html>hello</html>"],
      [500, "oops"],
      [418, '{"code":"teapot"}'],
    ] as const) {
      const other = await listening(createServer((_, response) => response.writeHead(status).end(body)));
      const client = new HarnessClient({ url: other.url, token: TOKEN });
      await expect(client.call("agent/list", {})).rejects.toMatchObject({ code: "internal" });
      other.server.close();
    }
  });

  it("to nobody is fetch's own error and says why; one that is aborted ends [req:client.errors]", async () => {
    const { url, server } = await listening(createServer());
    server.close();
    const client = new HarnessClient({ url, token: TOKEN });
    await expect(client.call("agent/list", {})).rejects.toMatchObject({ cause: { code: "ECONNREFUSED" } });
    await using edge = await startEdge({ answer: () => new Promise(() => {}) });
    const signal = AbortSignal.timeout(50);
    await expect(clientOf(edge).call("agent/list", {}, { signal })).rejects.toThrow();
  });

  it("never turns a name into another path [req:client.call]", async () => {
    await using edge = await startEdge();
    for (const project of ["", ".", ".."])
      await expect(clientOf(edge).call("project/delete", { project })).rejects.toMatchObject({
        code: "invalid_params",
        details: { field: "project" },
      });
    expect(edge.calls).toEqual([]);
  });
});

describe("a feed", () => {
  it("comes typed and resumes after every cut, with no gap and nothing twice [req:client.stream]", async () => {
    await using edge = await startEdge();
    for (let n = 0; n < 300; n += 1) edge.log.append(`event ${n}`);
    let requests = 0;
    const cutting: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      requests += 1;
      // Each connection breaks in the middle of a frame.
      let left = 20_000 + 37 * requests;
      const cut = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          controller.enqueue(chunk.subarray(0, Math.max(left, 0)));
          left -= chunk.length;
          if (left <= 0) controller.error(new Error("cut"));
        },
      });
      return new Response(response.body!.pipeThrough(cut), response);
    };
    const client = new HarnessClient({ url: edge.url, token: TOKEN, fetch: cutting });
    const seen: number[] = [];
    for await (const { prev_seq, event } of client.stream("events", { after_seq: 0 })) {
      expect(prev_seq).toBe(seen.at(-1) ?? 0);
      seen.push(event.seq);
      if (seen.length === 300) break;
    }
    expect(seen).toEqual(Array.from({ length: 300 }, (_, n) => n + 1));
    expect(requests).toBeGreaterThan(2);
    await vi.waitFor(() => expect(edge.log.cursors).toBe(0));
  });

  it("of a task ends with done [req:client.stream]", async () => {
    await using edge = await startEdge({ taskState: async () => ({ status: "done", live: false }) });
    edge.log.append("one");
    const items: unknown[] = [];
    for await (const item of clientOf(edge).stream("task", { task_id: TASK })) items.push(item);
    expect(items).toEqual([
      { type: "warning", message: "one" },
      { type: "done", status: "done" },
    ]);
  });

  it("that was cut before its first event begins where it began [req:client.stream]", async () => {
    await using edge = await startEdge();
    edge.log.append("before");
    let first = true;
    const cutting: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!first) return response;
      first = false;
      await response.body!.cancel();
      edge.log.append("in the gap");
      return new Response("", response);
    };
    const client = new HarnessClient({ url: edge.url, token: TOKEN, fetch: cutting });
    const { value } = await client.stream("events", {}).next();
    expect(value?.event.seq).toBe(2);
  });

  it("that is refused, cannot be served or meets nobody throws at once [req:client.stream]", async () => {
    await using edge = await startEdge();
    const first = (client: HarnessClient, params: { after_seq?: number }) =>
      client.stream("events", params).next();
    await expect(first(clientOf(edge, "wrong-token"), {})).rejects.toMatchObject({ code: "unauthorized" });
    await expect(first(clientOf(edge), { after_seq: 99 })).rejects.toMatchObject({ code: "invalid_cursor" });
    await expect(
      clientOf(edge).stream("task", { task_id: "task_01JYYYYYYYYYYYYYYYYYYYYYYY" }).next(),
    ).rejects.toMatchObject({ code: "task_not_found" });
    const { url, server } = await listening(createServer());
    server.close();
    await expect(first(new HarnessClient({ url, token: TOKEN }), {})).rejects.toBeInstanceOf(TypeError);
  });

  it("survives a restart of the server, busy answers included [req:client.stream]", async () => {
    await using edge = await startEdge();
    edge.log.append("one");
    const busy = { type: "x", title: "x", status: 503, detail: "x", code: "draining", error: "draining" };
    const outage: (() => Promise<Response>)[] = [];
    let cut = () => {};
    const client = new HarnessClient({
      url: edge.url,
      token: TOKEN,
      fetch: async (input, init) => {
        const fault = outage.shift();
        if (fault) return fault();
        const response = await fetch(input, init);
        const through = new TransformStream<Uint8Array, Uint8Array>({
          start: (controller) => {
            cut = () => controller.error(new Error("cut"));
          },
        });
        return new Response(response.body!.pipeThrough(through), response);
      },
    });
    const leave = new AbortController();
    const feed = client.stream("events", { after_seq: 0 }, { signal: leave.signal });
    expect((await feed.next()).value?.event.seq).toBe(1);
    outage.push(
      () => Promise.reject(new TypeError("fetch failed")),
      async () => new Response(JSON.stringify(busy), { status: 503 }),
    );
    cut();
    edge.log.append("two");
    edge.log.append("three");
    expect((await feed.next()).value?.event.seq).toBe(2);
    expect((await feed.next()).value?.event.seq).toBe(3);
    expect(outage).toEqual([]);
    leave.abort();
    expect((await feed.next()).done).toBe(true);
  });

  it("ends when told to, also while it waits [req:client.stream]", async () => {
    await using edge = await startEdge();
    const leave = new AbortController();
    const feed = clientOf(edge).stream("events", {}, { signal: leave.signal });
    const next = feed.next();
    await vi.waitFor(() => expect(edge.log.cursors).toBe(1));
    leave.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    await vi.waitFor(() => expect(edge.log.cursors).toBe(0));
  });
});

describe("topics", () => {
  it.each([
    ["Node's own socket", undefined],
    [
      "the ws package",
      (url: string, headers: Readonly<Record<string, string>>): Socket => new WebSocket(url, { headers }),
    ],
  ])("come over %s [req:client.topics]", async (_, openSocket) => {
    await using edge = await startEdge();
    const client = new HarnessClient({ url: edge.url, token: TOKEN, ...(openSocket ? { openSocket } : {}) });
    const messages: unknown[] = [];
    const closed = Promise.withResolvers<string>();
    const topics = client.topics((message) => messages.push(message), closed.resolve);
    await topics.subscribe("a", `task:${TASK}`);
    await vi.waitFor(() => expect(messages).toMatchObject([{ type: "subscribed", id: "a" }]));
    edge.log.append("one");
    await vi.waitFor(() => expect(messages[1]).toMatchObject({ type: "event", id: "a", event: { seq: 1 } }));
    await topics.unsubscribe("a");
    await vi.waitFor(() => expect(messages[2]).toEqual({ type: "unsubscribed", id: "a" }));
    topics.close();
    await closed.promise;
    await expect(topics.subscribe("b", "all")).resolves.toBeUndefined();
  });

  it("that are refused say so, and who sends learns of it [req:client.topics]", async () => {
    await using edge = await startEdge();
    const closed = Promise.withResolvers<string>();
    const topics = clientOf(edge, "wrong-token").topics(() => {}, closed.resolve);
    await expect(topics.subscribe("a", "all")).rejects.toThrow("The socket is closed");
    expect(await closed.promise).not.toBe("");
  });
});

async function listening(server: Server): Promise<{ server: Server; url: string }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
