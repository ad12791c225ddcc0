import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestServer, testServer } from "../support/test-server.ts";
import { httpWire, type Message, type StdioServer, socketWire, stdioServer, type Wire } from "./wires.ts";

let server: TestServer;
let stdio: StdioServer;
const wires = new Map<string, Wire>();
beforeAll(async () => {
  server = await testServer({ config: "[server]\nrate_limit_per_minute = 0" });
  stdio = await stdioServer();
  wires.set("HTTP", httpWire(server));
  wires.set("WebSocket", await socketWire(server));
  wires.set("stdio", stdio.wire);
  for (const wire of wires.values()) await wire.greet({ notifications: false });
});
afterAll(async () => {
  for (const wire of wires.values()) await wire[Symbol.asyncDispose]();
  await stdio?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

type Id = string | number | null;
/** The id and code of a refusal; `ok` for a result. */
type Expected = readonly [id: Id, code: number | "ok"];

const call = (more: object = {}) => JSON.stringify({ jsonrpc: "2.0", id: 1, method: "health/get", ...more });
const note = (more: object) => JSON.stringify({ jsonrpc: "2.0", method: "health/get", ...more });
const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
const TASK = "task_01ARZ3NDEKTSV4RRFFQ69G5FAV";

/** What is sent, and the one answer it gets. */
const single: readonly (readonly [name: string, message: string | Buffer, expected: Expected])[] = [
  ["broken JSON", '{"jsonrpc":"2.0","method":"health/get, "params":"bar","baz]', [null, -32700]],
  ["half an object", '{"jsonrpc":"2.0","id":1', [null, -32700]],
  ["two values", `${call()} ${call()}`, [null, -32700]],
  ["NaN", '{"jsonrpc":"2.0","id":NaN,"method":"health/get"}', [null, -32700]],
  ["a NUL between the members", call().replace(",", ",\0"), [null, -32700]],
  ["a byte order mark", `\ufeff${call()}`, [null, -32700]],
  ["UTF-16", Buffer.from(call(), "utf16le"), [null, -32700]],
  ["a depth of ten thousand", call().replace("}", `,"params":${deep(10_000)}}`), [null, -32700]],
  [
    "a key that reaches a prototype",
    '{"jsonrpc":"2.0","id":1,"method":"health/get","params":{"__proto__":{"x":1}}}',
    [null, -32700],
  ],
  [
    "the constructor's prototype",
    '{"jsonrpc":"2.0","id":1,"method":"health/get","params":{"constructor":{"prototype":{"x":1}}}}',
    [null, -32700],
  ],
  ["an empty batch", "[]", [null, -32600]],
  ["a number", "1", [null, -32600]],
  ["a text", '"health/get"', [null, -32600]],
  ["null", "null", [null, -32600]],
  ["an empty object", "{}", [null, -32600]],
  ["a batch of 101", `[${Array(101).fill(call()).join()}]`, [null, -32600]],
  ["a batch of ten thousand", `[${Array(10_000).fill("1").join()}]`, [null, -32600]],
  ["version 1.0", call({ jsonrpc: "1.0" }), [1, -32600]],
  ["version 2 as a number", call({ jsonrpc: 2 }), [1, -32600]],
  ["no version", call({ jsonrpc: undefined }), [1, -32600]],
  ["a method that is a number", call({ method: 1 }), [1, -32600]],
  ["a method that is null", call({ method: null }), [1, -32600]],
  ["no method", call({ method: undefined }), [1, -32600]],
  ["a member of our own making", call({ scopes: ["operate"] }), [1, -32600]],
  ["the response to a call nobody made", '{"jsonrpc":"2.0","id":1,"result":{}}', [1, -32600]],
  ["a method there is not", call({ method: "foobar" }), [1, -32601]],
  ["an empty method", call({ method: "" }), [1, -32601]],
  ["a reserved method", call({ method: "rpc.discover" }), [1, -32601]],
  ["a method of every object", call({ method: "__proto__" }), [1, -32601]],
  ["another method of every object", call({ method: "constructor" }), [1, -32601]],
  ["half a character as a method", '{"jsonrpc":"2.0","id":1,"method":"\\ud800"}', [1, -32601]],
  ["a method of half the spelling", call({ method: "events/un/subscribe" }), [1, -32601]],
  ["params that are a text", call({ params: "x" }), [1, -32602]],
  ["params that are a list", call({ params: ["x"] }), [1, -32602]],
  ["params that are a number", call({ params: 1 }), [1, -32602]],
  ["params that are false", call({ params: false }), [1, -32602]],
  ["a parameter there is not", call({ params: { extra: 1 } }), [1, -32602]],
  ["a parameter that is missing", call({ method: "task/get" }), [1, -32602]],
  ["a parameter of the wrong kind", call({ method: "task/get", params: { task_id: 7 } }), [1, -32602]],
  [
    "a NUL in a parameter",
    call({ method: "task/create", params: { project: "app", prompt: "a\0b" } }),
    [1, -32602],
  ],
  [
    "half a character in a parameter",
    '{"jsonrpc":"2.0","id":1,"method":"task/create","params":{"project":"app","prompt":"\\ud800"}}',
    [1, -32602],
  ],
  ["an id that is an object", call({ id: {} }), [null, -32600]],
  ["an id that is a list", call({ id: [1] }), [null, -32600]],
  ["an id that is true", call({ id: true }), [null, -32600]],
  ["an id that is a fraction", call({ id: 1.5 }), [null, -32600]],
  ["an id no double holds", call().replace(":1,", ":9007199254740993,"), [null, -32600]],
  ["an id without end", call().replace(":1,", ":1e309,"), [null, -32600]],
  ["an id of 1,001 characters", call({ id: "x".repeat(1001) }), [null, -32600]],
  ["the id null", call({ id: null }), [null, "ok"]],
  ["the empty id", call({ id: "" }), ["", "ok"]],
  ["an id below zero", call({ id: -7 }), [-7, "ok"]],
  ["an id of strange characters", call({ id: '"\\\u2028\u{1f9ea}' }), ['"\\\u2028\u{1f9ea}', "ok"]],
  ["params that are null", call({ params: null }), [1, "ok"]],
  ["params that are empty", call({ params: {} }), [1, "ok"]],
  ["a name with _", call({ method: "health_get" }), [1, "ok"]],
  ["white space around", `  ${call()}\t `, [1, "ok"]],
  ["a task there is not", call({ method: "task/get", params: { task_id: TASK } }), [1, -32001]],
  [
    "the cancel of a task there is not",
    call({ method: "task/cancel", params: { task_id: TASK } }),
    [1, -32001],
  ],
];

/** What is answered by nothing at all. */
const silent: readonly (readonly [name: string, message: string])[] = [
  ["a notification", note({})],
  ["a notification of a method there is not", note({ method: "foobar" })],
  ["a notification that fails", note({ method: "task/get", params: { task_id: TASK } })],
  ["a notification with wrong params", note({ params: { extra: 1 } })],
  ["a notification with params that are a text", note({ params: "x" })],
  ["a batch of notifications", `[${note({})},${note({ method: "foobar" })}]`],
];

/** Batches, and the answers in them. */
const batches: readonly (readonly [name: string, message: string, expected: readonly Expected[]])[] = [
  [
    "of things that are no calls",
    "[1,2]",
    [
      [null, -32600],
      [null, -32600],
    ],
  ],
  ["of one thing that is no call", "[[]]", [[null, -32600]]],
  [
    "of everything",
    `[${call()},${note({})},1,${call({ id: "2", method: "foobar" })},${note({ method: "foobar" })},${call({ id: 3, params: [] })}]`,
    [
      [1, "ok"],
      [null, -32600],
      ["2", -32601],
      [3, -32602],
    ],
  ],
  [
    "of two calls with one id",
    `[${call()},${call()},${call({ id: "1" })}]`,
    [
      [1, "ok"],
      [null, -32600],
      ["1", "ok"],
    ],
  ],
  [
    "of a hundred",
    `[${Array.from({ length: 100 }, (_, id) => call({ id })).join()}]`,
    Array.from({ length: 100 }, (_, id) => [id, "ok"] as const),
  ],
];

function summary(message: Message): Expected {
  expect(Object.hasOwn(message, "result")).toBe(message.error === undefined);
  return [message.id ?? null, message.error?.code ?? "ok"];
}

describe.each(["HTTP", "WebSocket", "stdio"])("over %s", (transport) => {
  const wire = () => wires.get(transport)!;

  it.each(single)("%s has its answer [req:rpc.bad-input]", async (_, message, expected) => {
    wire().send(message);
    const answer = await wire().next();
    if (Array.isArray(answer)) throw new Error("one message was answered by several");
    expect(summary(answer)).toEqual(expected);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it.each(silent)("%s is not answered [req:rpc.bad-input]", async (_, message) => {
    wire().send(message);
    expect(summary(await wire().call("health/get"))[1]).toBe("ok");
    expect(wire().notes).toEqual([]);
  });

  it.each(batches)(
    "a batch %s has its answers, in its order [req:rpc.bad-input]",
    async (_, message, expected) => {
      wire().send(message);
      const answer = await wire().next();
      if (!Array.isArray(answer)) throw new Error("a batch was answered by one message");
      expect(answer.map(summary)).toEqual(expected);
    },
  );

  it("a refusal carries everything to act on, as its row of the catalogue says [req:rpc.errors]", async () => {
    const missing = await wire().call("task/get", { task_id: TASK });
    expect(missing.error).toMatchObject({
      code: -32001,
      message: expect.stringContaining(TASK),
      data: {
        code: "task_not_found",
        retry: "never",
        field: "task_id",
        request_id: expect.stringMatching(/^req_/),
      },
    });
    const wrong = await wire().call("task/create", {
      project: "app",
      prompt: "x",
      nonsense: 1,
      priority: "high",
    });
    expect(wrong.error?.data).toMatchObject({ code: "invalid_params", retry: "after_change" });
    expect(JSON.stringify(wrong.error?.data["issues"])).toContain("nonsense");
  });

  it("a secret in what is refused is not repeated [req:rpc.errors]", async () => {
    const token =
      transport === "stdio" ? readFileSync(`${stdio.dir}/data/token`, "utf8").trim() : server.token;
    wire().send(`{"jsonrpc":"2.0","id":1,"method":"${token}"}`);
    const answer = await wire().next();
    expect(JSON.stringify(answer)).not.toContain(token);
    expect([answer].flat()[0]?.error?.code).toBe(-32601);
  });
});
