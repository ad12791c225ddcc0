import { Problem } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestServer, testServer } from "../support/test-server.ts";
import { Document, type Entry, type Published, resolve, wrongValues } from "./published.ts";

let server: TestServer;
let document: Document;
let taskId: string;
beforeAll(async () => {
  server = await testServer({ config: "[server]\nrate_limit_per_minute = 0" });
  document = Document.parse(await (await server.fetch("/openapi.json")).json());
  taskId = await server.submit();
});
afterAll(() => server[Symbol.asyncDispose]());

/** A right value for what an operation needs, so that only the wrong one is at fault. */
function right(name: string, schema: Published = {}): unknown {
  const values: Record<string, unknown> = {
    task_id: taskId,
    project: "app",
    report_id: "latest",
    root: `${server.dir}/repo`,
    sha256: "0".repeat(64),
    prompt: "do it",
    attempt_id: "att_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    thread_id: "thr_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    turn_id: "turn_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    to_turn: null,
    input_id: "inp_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    approval_id: "apr_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    request_id: "apr_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    pending_id: "apr_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    rule_id: "rule_01ARZ3NDEKTSV4RRFFQ69G5FAV",
  };
  return Object.hasOwn(values, name) ? values[name] : fitting(schema);
}

/** A value a schema allows, as plain as can be. */
function fitting(given: Published): unknown {
  const schema = resolve(document, given);
  if (schema.anyOf?.[0]) return fitting(schema.anyOf[0]);
  if (schema.enum) return schema.enum[0];
  if (schema.type === "boolean") return true;
  if (schema.type === "integer") return schema.minimum ?? 0;
  if (schema.type !== "object") return "x";
  return Object.fromEntries(
    (schema.required ?? []).map((name) => [name, fitting(schema.properties?.[name] ?? {})]),
  );
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly entry: Entry;
  readonly body: Published | undefined;
}

function operationsOf(document: Document): Operation[] {
  // What is for the agent of a turn alone is refused whatever else is wrong.
  const paths = Object.entries(document.paths).filter(([path]) => !path.startsWith("/own-task"));
  return paths.flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { operationId }]) => !operationId.startsWith("stream_") && operationId !== "json_rpc")
      .map(([method, entry]) => ({
        path,
        method: method.toUpperCase(),
        entry,
        body: entry.requestBody?.content["application/json"]?.schema,
      })),
  );
}

/** Sends an operation with everything right except what is given. */
async function send(
  { path, method, entry, body }: Operation,
  wrong: { path?: Record<string, string>; query?: [string, string][]; body?: unknown; raw?: string },
): Promise<{ status: number; problem: Problem | undefined; said: string }> {
  const at = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(wrong.path?.[name] ?? String(right(name))),
  );
  const asked = new URLSearchParams(wrong.query ?? []);
  for (const { name, in: place, required, schema } of entry.parameters)
    if (place === "query" && required && !asked.has(name)) asked.append(name, String(right(name, schema)));
  const query = asked.toString();
  const needed = Object.fromEntries(
    (body?.required ?? []).map((name) => [name, right(name, body?.properties?.[name])]),
  );
  const payload = wrong.raw ?? JSON.stringify("body" in wrong ? wrong.body : needed);
  const response = await server.fetch(`${at}${query ? `?${query}` : ""}`, {
    method,
    ...(body ? { body: payload, headers: { "content-type": "application/json" } } : {}),
  });
  const said = `${method} ${at}?${query} ${payload.slice(0, 100)}`.slice(0, 300);
  expect(Object.keys(entry.responses), `${said} answered ${response.status}`).toContain(
    String(response.status),
  );
  const text = await response.text();
  return {
    status: response.status,
    problem: response.status >= 400 ? Problem.parse(JSON.parse(text)) : undefined,
    said,
  };
}

function expectNamed(answer: Awaited<ReturnType<typeof send>>, field: string): void {
  expect([answer.said, answer.status]).toEqual([answer.said, 400]);
  expect(answer.problem?.code, answer.said).toBe("invalid_params");
  expect(answer.problem?.field?.split(".")[0], answer.said).toBe(field);
  expect(answer.problem?.detail, answer.said).toContain(field);
}

/** Runs the same check on every operation and sees that nothing of it was stored. */
async function onEvery(check: (operation: Operation) => Promise<number>): Promise<number> {
  const before = await server.headSeq();
  let tried = 0;
  for (const operation of operationsOf(document)) tried += await check(operation);
  expect(await server.headSeq()).toBe(before);
  return tried;
}

describe("every operation refuses, by the name of the field, and stores nothing of", () => {
  it("an unknown field [req:http.bad-input]", async () => {
    const tried = await onEvery(async (operation) => {
      const { body } = operation;
      const names = ["no_such_field", "constructor", "toString", "hasOwnProperty", "Prompt", "prompt "];
      for (const name of names) {
        const needed = Object.fromEntries(
          (body?.required ?? []).map((key) => [key, right(key, body?.properties?.[key])]),
        );
        const answer = await send(
          operation,
          body ? { body: { ...needed, [name]: "x" } } : { query: [[name, "x"]] },
        );
        expectNamed(answer, name);
      }
      return names.length;
    });
    expect(tried).toBeGreaterThan(100);
  });

  it("a wrong value in any field [req:http.bad-input]", async () => {
    const tried = await onEvery(async (operation) => {
      let count = 0;
      for (const [name, schema] of Object.entries(operation.body?.properties ?? {})) {
        for (const value of wrongValues(document, schema, false)) {
          const needed = Object.fromEntries(
            (operation.body?.required ?? []).map((key) => [
              key,
              right(key, operation.body?.properties?.[key]),
            ]),
          );
          expectNamed(await send(operation, { body: { ...needed, [name]: value } }), name);
          count += 1;
        }
      }
      for (const { name, in: place, schema } of operation.entry.parameters) {
        if (place !== "query") continue;
        for (const value of wrongValues(document, schema, true)) {
          const pairs = [value].flat().map((one): [string, string] => [name, String(one)]);
          expectNamed(await send(operation, { query: pairs }), name);
          count += 1;
        }
      }
      return count;
    });
    expect(tried).toBeGreaterThan(500);
  });

  it("a wrong part of the path [req:http.bad-input]", async () => {
    const bad = [
      "x",
      "task_",
      "TASK_01ARZ3NDEKTSV4RRFFQ69G5FAV",
      "../../etc/passwd",
      "%00",
      "a\u0000b",
      "é",
      "task_01arz3ndektsv4rrffq69g5fav",
    ];
    await onEvery(async (operation) => {
      const parts = operation.entry.parameters.filter((one) => one.in === "path");
      for (const { name, schema } of parts) {
        for (const value of bad) {
          const { status, problem, said } = await send(operation, { path: { [name]: value } });
          // A project is looked up by what it is called; nothing is called that.
          const wrong = schema.pattern && !new RegExp(schema.pattern).test(value);
          expect([said, status]).toEqual([said, wrong || value.includes("\0") ? 400 : 404]);
          expect(problem?.field).toBe(name);
        }
      }
      return parts.length;
    });
  });

  it("the absence of what is needed [req:http.bad-input]", async () => {
    const tried = await onEvery(async (operation) => {
      const required = operation.body?.required ?? [];
      for (const name of required) {
        const rest = required
          .filter((one) => one !== name)
          .map((one) => [one, right(one, operation.body?.properties?.[one])]);
        expectNamed(await send(operation, { body: Object.fromEntries(rest) }), name);
      }
      return required.length;
    });
    expect(tried).toBeGreaterThan(2);
    for (const [path, body, field] of [
      ["/tasks", { project: "app" }, "prompt"],
      ["/tasks", { project: "app", prompt: "  \n" }, "prompt"],
      ["/tasks/batch", { project: "app" }, "tasks"],
      ["/tasks/batch", { project: "app", tasks: [] }, "tasks"],
    ] as const) {
      const response = await server.post(path, body);
      expect(response.status).toBe(400);
      expect(Problem.parse(await response.json()).field).toBe(field);
    }
  });

  it("a body that is no JSON object [req:http.bad-input]", async () => {
    const bodies = [
      "{",
      "[1,2",
      '{"a":}',
      "{'a':1}",
      '{"a":1,}',
      "undefined",
      "NaN",
      '"\\ud8"',
      "\\u0000",
      "[]",
      '"x"',
      "7",
      "null",
      "true",
      '{"a":1} {"b":2}',
    ];
    const tried = await onEvery(async (operation) => {
      if (!operation.body) return 0;
      for (const raw of bodies) {
        const { status, problem, said } = await send(operation, { raw });
        expect([said, status, problem?.field]).toEqual([said, 400, "body"]);
        expect(["invalid_json", "invalid_params"]).toContain(problem?.code);
      }
      return bodies.length;
    });
    expect(tried).toBeGreaterThan(100);
  });

  it("keys that reach an object's prototype [req:http.pollution, safety.f6]", async () => {
    const raws = [
      '{"__proto__":{"polluted":1}}',
      '{"prompt":"x","__proto__":{"polluted":1}}',
      '{"constructor":{"prototype":{"polluted":1}}}',
      '{"review":{"__proto__":{"polluted":1}}}',
      '{"tasks":[{"prompt":"x","__proto__":{"polluted":1}}]}',
      '{"\\u005f_proto__":{"polluted":1}}',
      '{"prototype":{"polluted":1}}',
    ];
    await onEvery(async (operation) => {
      if (!operation.body) {
        for (const name of ["__proto__", "__proto__.polluted", "constructor", "__proto__[polluted]"])
          expect((await send(operation, { query: [[name, "1"]] })).status).toBe(400);
        return 4;
      }
      for (const raw of raws) expect((await send(operation, { raw })).status).toBe(400);
      return raws.length;
    });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    // The server runs in this very process.
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it("a text without end, where it is not refused it does no harm [req:http.bad-input]", async () => {
    const huge = "x".repeat(600_000);
    await onEvery(async (operation) => {
      const fields = Object.entries(operation.body?.properties ?? {}).filter(
        ([, { type }]) => type === "string",
      );
      for (const [name] of fields) {
        const needed = Object.fromEntries(
          (operation.body?.required ?? []).map((key) => [key, right(key, operation.body?.properties?.[key])]),
        );
        const { status, said } = await send(operation, { body: { ...needed, [name]: huge } });
        expect(status, said).toBeGreaterThanOrEqual(400);
        expect(status, said).toBeLessThan(500);
      }
      return fields.length;
    });
  });
});

describe("values at the edges", () => {
  it("are stored as they were sent or refused by name [req:http.bad-input]", async () => {
    const kept = ["🦀🇩🇪", "‮rtl‬", "zero\u200bwidth", "-0", "a".repeat(200), "\ttab", "CON", "x\u2028y"];
    for (const title of kept) {
      const task_id = await server.submit({ title, external_id: title.slice(0, 200) });
      const task = await server.client.call("task/get", { task_id });
      expect([task.title, task.external_id]).toEqual([title, title]);
    }
    for (const title of ["nul\u0000", "lone \ud800 surrogate"]) {
      const response = await server.post("/tasks", { project: "app", prompt: "x", title });
      expect([title, response.status]).toEqual([title, 400]);
      expect(Problem.parse(await response.json()).field).toBe("title");
    }
    for (const raw of [
      '{"project":"app","prompt":"x","priority":1e309}',
      '{"project":"app","prompt":"x","max_turns":9007199254740993}',
    ]) {
      const response = await server.fetch("/tasks", {
        method: "POST",
        body: raw,
        headers: { "content-type": "application/json" },
      });
      expect(response.status).toBe(400);
    }
  });
});
