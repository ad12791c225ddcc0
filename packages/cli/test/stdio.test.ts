import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { approves, sumCheck, sumFiles, writesSum } from "../../server/test/scenarios/world.ts";
import { makeRepository } from "../../server/test/support/git-fixture.ts";
import { until } from "./support/background.ts";
import { type Machine, machine, type Process } from "./support/installed.ts";

const Message = z.looseObject({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  method: z.string().optional(),
  params: z
    .looseObject({
      seq: z.number(),
      prev_seq: z.number(),
      event: z.looseObject({ type: z.string() }).optional(),
    })
    .optional(),
  result: z.looseObject({}).optional(),
  error: z.looseObject({ code: z.number() }).optional(),
});
type Message = z.infer<typeof Message>;

/** `harness serve --transport stdio`, and the lines it writes: anything that is not a message fails the test. */
function talk(at: Machine, ...more: string[]) {
  const server = at.talk(at.dir, "serve", "--transport", "stdio", ...more);
  const inbox: Message[] = [];
  const wrong: string[] = [];
  let wake = () => {};
  createInterface({ input: server.stdout }).on("line", (line) => {
    try {
      inbox.push(Message.parse(JSON.parse(line)));
    } catch {
      wrong.push(line);
    }
    wake();
  });
  void server.ended.then(() => wake());
  const next = async () => {
    while (inbox.length === 0 && wrong.length === 0)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    expect(wrong).toEqual([]);
    return inbox.shift()!;
  };
  const notes: Message[] = [];
  const call = async (method: string, params?: object) => {
    server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: method, method, params })}\n`);
    for (;;) {
      const message = await next();
      if (message.id === method) return message;
      notes.push(message);
    }
  };
  const greet = async () => {
    await call("initialize", { client_info: { name: "test" }, capabilities: { notifications: false } });
    await call("initialized");
  };
  return { server, next, call, greet, notes, say: (bytes: string | Buffer) => server.stdin.write(bytes) };
}

/** Reads notifications until an event of this type, of what is told from `after_seq` on. */
async function follow({ next, call, notes }: ReturnType<typeof talk>, after_seq: number, type: string) {
  await call("events/subscribe", { after_seq });
  const seen = notes.splice(0);
  while (!seen.some(({ params }) => params?.event?.type === type)) seen.push(await next());
  return seen.map(({ params }) => [params?.prev_seq, params?.seq]);
}

async function end({ server }: { server: Process }) {
  server.stdin.end();
  return server.ended;
}

describe("harness serve --transport stdio", () => {
  it("takes a task to its branch, writes nothing but messages, and ends with its input [req:rpc.stdio]", async () => {
    await using at = machine({ writer: writesSum, critic: approves });
    const client = talk(at, "--log-level", "trace");
    await client.greet();
    const root = makeRepository(at.path("repo"), sumFiles);
    await client.call("project/create", { root, id: "app", validation: [sumCheck] });
    const { result } = await client.call("task/create", { prompt: "Make sum add" });
    const seen = await follow(client, 0, "attempt.ended");
    expect(seen).toEqual(seen.map((_, index) => [index, index + 1]));
    expect((await client.call("task/get", { task_id: result?.["task_id"] })).result).toMatchObject({
      status: "done",
    });
    const where: unknown = JSON.parse(readFileSync(at.path("data", "server.json"), "utf8"));
    expect(where).toMatchObject({ url: null, pid: client.server.pid });
    const down = await at.run(at.dir, "down");
    expect(down.out).toContain(`Process ${client.server.pid} uses the data directory`);
    const { code, err } = await end(client);
    expect(code).toBe(0);
    expect(err).not.toContain("listening");
    expect(err).toContain("Stopping");
  });

  it("goes on after a kill, and the next connection resumes without a gap [req:rpc.resume, rpc.stdio]", async () => {
    await using at = machine();
    const first = talk(at);
    await first.greet();
    const root = makeRepository(at.path("repo"), sumFiles);
    await first.call("project/create", { root, id: "app", validation: "none" });
    const before = await follow(first, 0, "project.registered");
    first.server.kill("SIGKILL");
    await first.server.ended;
    const second = talk(at);
    await second.greet();
    const after = await follow(second, before.at(-1)?.[1] ?? 0, "server.started");
    const all = [...before, ...after];
    expect(all).toEqual(all.map((_, index) => [index, index + 1]));
    expect((await end(second)).code).toBe(0);
  });

  it("skips a line without end, and answers what follows it, ended or not [req:rpc.lines, rpc.stdio]", async () => {
    await using at = machine();
    const client = talk(at);
    client.say(`${"x".repeat(3_000_000)}\n`);
    expect(await client.next()).toMatchObject({ id: null, error: { code: -32600 } });
    client.say("\r\n\n   \n");
    client.say('{"jsonrpc":"2.0","id":1,"method":"initialize"}\r\n');
    expect(await client.next()).toMatchObject({ id: 1, result: { name: "harness" } });
    client.say(Buffer.from([0x7b, 0xff, 0xfe, 0x0a]));
    expect(await client.next()).toMatchObject({ id: null, error: { code: -32700 } });
    for (const half of ['{"jsonrpc":"2.0","id":2,"meth', 'od":"initialized"}']) client.say(half);
    client.say('\n{"jsonrpc":"2.0","id":3,"method":"health/get"}\n{"jsonrpc":"2.0","id":4');
    expect(await client.next()).toMatchObject({ id: 2, result: {} });
    client.server.stdin.end();
    const last = [await client.next(), await client.next()].map(({ id, error }) => [id, error?.code]);
    expect(new Map(last as [number | null, unknown][])).toEqual(
      new Map<number | null, unknown>([
        [3, undefined],
        [null, -32700],
      ]),
    );
    expect((await client.server.ended).code).toBe(0);
  });

  it("stops when it is told to, though nobody reads and the input is open [req:rpc.stdio]", async () => {
    await using at = machine();
    const client = talk(at);
    await client.greet();
    client.server.stdout.pause();
    for (let id = 0; id < 20_000; id += 1) client.say(`{"jsonrpc":"2.0","id":${id},"method":"health/get"}\n`);
    // It has stopped to read once what waits for it does not become less.
    const lengths: number[] = [];
    await until(() => {
      const length = client.server.stdin.writableLength;
      lengths.push(length);
      return length > 0 && lengths.slice(-40).every((one) => one === length) && lengths.length > 40;
    });
    client.server.kill("SIGTERM");
    await until(() => !existsSync(`/proc/${client.server.pid}`));
    client.server.stdout.resume();
    expect((await client.server.ended).code).toBe(0);
  });

  it("is said to run, and to be reached by nobody else, for as long as it does [req:rpc.stdio, rpc.stdio-status]", async () => {
    await using at = machine();
    const client = talk(at);
    await client.greet();
    const beside = await at.run(at.dir, "status");
    expect([beside.code, beside.out]).toEqual([1, ""]);
    expect(beside.err).toContain(`runs (process ${client.server.pid}) and has no address`);
    expect((await end(client)).code).toBe(0);
    expect((await at.run(at.dir, "status")).err).toContain("No server is running");
  });

  it("is not what a server in the background does [req:rpc.stdio]", async () => {
    await using at = machine({}, { HARNESS_RUN_BY: "systemd" });
    const server = at.start(at.dir, "serve", "--transport", "stdio", "--port", "0");
    await server.said(/Harness is listening on (\S+)/);
    server.kill("SIGTERM");
    const { code, err, out } = await server.ended;
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toContain('server.transport = "stdio" is for harness serve alone');
  });
});
