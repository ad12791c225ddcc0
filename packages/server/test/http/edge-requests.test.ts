import { connect } from "node:net";
import type { Problem } from "@harness/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Edge, sendRaw, startEdge, statusOf, TASK, TOKEN } from "./edge.ts";

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
beforeEach(() => {
  edge.calls.length = 0;
});
afterAll(() => edge[Symbol.asyncDispose]());

const json = { "content-type": "application/json" };
const post = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  edge.fetch(path, { method: "POST", body, headers: { ...json, ...headers } });
const problemOf = async (response: Response) => (await response.json()) as Problem;
const head = (line: string, more = "") =>
  `${line} HTTP/1.1\r\nHost: 127.0.0.1:${edge.port}\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: close\r\n${more}\r\n`;

describe("what reaches an operation", () => {
  it("are path parameters with the query of GET and DELETE, or with the body [req:http.params]", async () => {
    await edge.fetch(`/tasks/${TASK}`);
    await edge.fetch("/tasks?status=queued&status=done&kind=prompt,issue&limit=7&active=true&label=a,b");
    await post(`/tasks/${TASK}/cancel`, '{"reason":"enough"}');
    await edge.fetch("/projects/demo", { method: "PATCH", body: '{"active":false}', headers: json });
    await edge.fetch("/projects/my%2Fpath%20x", { method: "DELETE" });
    expect(edge.calls.map(({ name, raw }) => [name, raw])).toEqual([
      ["task/get", { task_id: TASK }],
      [
        "task/list",
        { status: ["queued", "done"], kind: ["prompt", "issue"], limit: 7, active: true, label: "a,b" },
      ],
      ["task/cancel", { task_id: TASK, reason: "enough" }],
      ["project/update", { project: "demo", active: false }],
      ["project/delete", { project: "my/path x" }],
    ]);
  });

  it("is only what the exact spelling says: nothing is guessed [req:http.params]", async () => {
    for (const query of [
      "limit=1e2",
      "limit=0x10",
      "limit=+5",
      "limit=",
      "limit=%205",
      "active=TRUE",
      "active=1",
      "limit=5&limit=6",
    ])
      await edge.fetch(`/tasks?${query}`);
    expect(edge.calls.map(({ raw }) => raw)).toEqual([
      { limit: "1e2" },
      { limit: "0x10" },
      { limit: " 5" },
      { limit: "" },
      { limit: " 5" },
      { active: "TRUE" },
      { active: "1" },
      { limit: ["5", "6"] },
    ]);
  });

  it("is an empty object when an action has no body [req:http.params]", async () => {
    for (const init of [{}, { headers: json }, { headers: json, body: "{}" }])
      expect((await edge.fetch(`/tasks/${TASK}/retry`, { method: "POST", ...init })).status).toBe(200);
    expect(edge.calls.map(({ raw }) => raw)).toEqual([
      { task_id: TASK },
      { task_id: TASK },
      { task_id: TASK },
    ]);
  });

  it("is answered with the status of its row [req:http.params]", async () => {
    expect((await post("/tasks", '{"prompt":"x"}')).status).toBe(202);
    expect((await post("/projects", '{"root":"/x"}')).status).toBe(201);
  });

  it("never holds a parameter twice or where it does not belong [req:http.misplaced]", async () => {
    const refused = [
      await post(`/tasks/${TASK}/cancel`, '{"task_id":"task_other"}'),
      await edge.fetch(`/tasks/${TASK}?task_id=task_other`),
      await post("/tasks?prompt=x", '{"prompt":"y"}'),
    ];
    for (const response of refused) {
      expect(response.status).toBe(400);
      expect((await problemOf(response)).field).toBeTruthy();
    }
    for (const method of ["GET", "DELETE"])
      for (const more of ["Content-Length: 2\r\n", "Transfer-Encoding: chunked\r\n"]) {
        const body = more.startsWith("Content") ? "{}" : "2\r\n{}\r\n0\r\n\r\n";
        const answer = await sendRaw(
          edge.port,
          head(`${method} /projects/demo`, `Content-Type: application/json\r\n${more}`) + body,
        );
        expect(statusOf(answer), `${method} ${more}`).toBe(400);
      }
    expect(edge.calls).toEqual([]);
  });
});

describe("the idempotency key", () => {
  it("may come as header or in the body, but not as two [req:http.idempotency-key]", async () => {
    await post("/tasks", '{"prompt":"x"}', { "idempotency-key": "k1" });
    await post("/tasks", '{"prompt":"x","idempotency_key":"k2"}');
    await post("/tasks", '{"prompt":"x","idempotency_key":"k3"}', { "idempotency-key": "k3" });
    expect(edge.calls.map(({ raw }) => (raw as { idempotency_key: string }).idempotency_key)).toEqual([
      "k1",
      "k2",
      "k3",
    ]);
    const differing = await post("/tasks", '{"prompt":"x","idempotency_key":"a"}', {
      "idempotency-key": "b",
    });
    expect(await problemOf(differing)).toMatchObject({
      status: 400,
      code: "invalid_params",
      field: "idempotency_key",
    });
    const long = await post("/tasks", '{"prompt":"x"}', { "idempotency-key": "k".repeat(256) });
    expect(await problemOf(long)).toMatchObject({ status: 400, code: "invalid_idempotency_key" });
    expect((await post("/tasks", '{"prompt":"x"}', { "idempotency-key": "" })).status).toBe(400);
    const huge = await sendRaw(edge.port, head("POST /tasks", `Idempotency-Key: ${"k".repeat(32_768)}\r\n`));
    expect(statusOf(huge)).toBe(431);
  });

  it("means nothing where a repeat is not remembered [req:http.idempotency-key]", async () => {
    await post(`/tasks/${TASK}/cancel`, "{}", { "idempotency-key": "k" });
    expect(edge.calls[0]?.raw).toEqual({ task_id: TASK });
  });
});

describe("a body", () => {
  it.each([
    ["{", "invalid_json"],
    ['{"a":1,}', "invalid_json"],
    ["{'a':1}", "invalid_json"],
    ['"text"', "invalid_params"],
    ["[]", "invalid_params"],
    ["null", "invalid_params"],
    ["17", "invalid_params"],
    ["NaN", "invalid_json"],
    ['{"prompt":"x"} {"prompt":"y"}', "invalid_json"],
    [`${"[".repeat(100_000)}${"]".repeat(100_000)}`, "invalid_json"],
    [`{"a":${'{"a":'.repeat(100_000)}1${"}".repeat(100_001)}`, "invalid_json"],
    ['{"__proto__":{"x":1}}', "invalid_json"],
    ['{"\\u005f_proto__":{"x":1}}', "invalid_json"],
    ['{"constructor":{"prototype":{"x":1}}}', "invalid_json"],
    ['{"a":{"__proto__":{"x":1}}}', "invalid_json"],
  ])("that is no object of parameters is refused: %.40s [req:http.bad-body]", async (body, code) => {
    const response = await post("/tasks", body);
    expect(await problemOf(response)).toMatchObject({ status: 400, code, field: "body" });
    expect(edge.calls).toEqual([]);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it("that is broken is told where [req:http.bad-body]", async () => {
    const { detail } = await problemOf(await post("/tasks", '{"prompt":"x",\n  "title": }'));
    expect(detail).toMatch(/line 2|Unexpected token/);
    const missing = await problemOf(await post("/tasks", '{"prompt":"x"\n  "title":"y"}'));
    expect(missing.detail).toContain("line 2");
  });

  it("that is not UTF-8 is refused; a mark at its beginning is not [req:http.bad-body]", async () => {
    expect((await post("/tasks", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]))).status).toBe(400);
    expect((await post("/tasks", Buffer.from('{"prompt":"x"}', "utf16le"))).status).toBe(400);
    expect((await post("/tasks", '\ufeff{"prompt":"x"}')).status).toBe(202);
  });

  it("that is too large is refused without being kept [req:http.too-large]", async () => {
    const before = process.memoryUsage().rss;
    const large = await post("/tasks", JSON.stringify({ prompt: "x".repeat(2_000_000) }));
    expect(await problemOf(large)).toMatchObject({ status: 413, code: "payload_too_large" });
    const announced = await sendRaw(
      edge.port,
      head("POST /tasks", "Content-Type: application/json\r\nContent-Length: 1000000000\r\n"),
    );
    expect(statusOf(announced)).toBe(413);
    expect(statusOf(await sendForever())).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
    expect(edge.calls).toEqual([]);
  });

  it("that is packed is not unpacked [req:http.too-large]", async () => {
    const response = await post("/tasks", "\x1f\x8b\x08", { "content-encoding": "gzip" });
    expect([400, 415]).toContain(response.status);
  });

  it("whose length is ambiguous is refused [req:http.bad-request]", async () => {
    const both = "Content-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n";
    expect(statusOf(await sendRaw(edge.port, `${head("POST /tasks", both)}0\r\n\r\n`))).toBe(400);
    const two = "Content-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 3\r\n";
    expect(statusOf(await sendRaw(edge.port, `${head("POST /tasks", two)}{}`))).toBe(400);
  });

  /** Chunks without end, until the server has enough. */
  function sendForever(): Promise<string> {
    return new Promise((resolve) => {
      let answer = "";
      let more: NodeJS.Timeout | undefined;
      const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
      const socket = connect(edge.port, "127.0.0.1", () => {
        socket.write(head("POST /tasks", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"));
        more = setInterval(() => socket.write(chunk), 1);
      });
      socket.on("data", (data) => {
        answer += data.toString();
      });
      socket.on("error", () => {});
      socket.on("close", () => {
        clearInterval(more);
        resolve(answer);
      });
    });
  }
});

describe("a path", () => {
  it("that is none is not there [req:http.not-found]", async () => {
    for (const path of [
      "/nothing",
      "/tasks/",
      "//tasks",
      "/TASKS",
      "/tasks/%2e%2e/%2e%2e/etc/passwd",
      "/../../etc/passwd",
      "/..%2f..%2fetc/passwd",
      "/docs/../../etc/passwd",
      "/style.css/../token",
      "/static/..%5c..%5ctoken",
      "/tasks//cancel",
      "/C:/windows",
    ]) {
      const answer = await sendRaw(edge.port, head(`GET ${path}`));
      expect([404, 405], path).toContain(statusOf(answer));
      expect(answer).toContain("application/problem+json");
      expect(answer).not.toContain("root:");
    }
    expect(edge.calls).toEqual([]);
  });

  it("parameter reaches the operation as one decoded text and is no path there [req:http.not-found]", async () => {
    await sendRaw(edge.port, head("GET /tasks/..%2f..%2fetc%2fpasswd"));
    await sendRaw(edge.port, head("GET /tasks/%252e%252e%252f"));
    await sendRaw(edge.port, head("GET /tasks/a%00b"));
    expect(edge.calls.map(({ raw }) => raw)).toEqual([
      { task_id: "../../etc/passwd" },
      { task_id: "%2e%2e%2f" },
      { task_id: "a\0b" },
    ]);
  });

  it("that cannot be decoded, or is too long, is malformed [req:http.bad-request]", async () => {
    for (const path of [
      "/%zz",
      "/tasks/%",
      "/tasks/%ff",
      `/tasks/${"x".repeat(5000)}`,
      "/tasks?x=%zz&limit=%E0",
    ]) {
      const answer = await sendRaw(edge.port, head(`GET ${path}`));
      expect([200, 400, 404, 414], path).toContain(statusOf(answer));
      if (statusOf(answer) !== 200) expect(answer, path).toContain("application/problem+json");
    }
  });

  it("takes its own methods only, and says which [req:http.method]", async () => {
    for (const [method, path, allow] of [
      ["PUT", "/tasks", ["GET", "POST"]],
      ["DELETE", "/tasks", ["GET", "POST"]],
      ["GET", `/tasks/${TASK}/cancel`, ["POST"]],
      ["POST", `/tasks/${TASK}`, ["GET", "PATCH"]],
      ["OPTIONS", `/tasks/${TASK}`, ["GET", "PATCH"]],
      ["HEAD", "/events", ["GET"]],
      ["HEAD", "/health", ["GET"]],
      ["POST", "/login", ["GET"]],
      ["TRACE", "/tasks", ["GET", "POST"]],
    ] as const) {
      const answer = await sendRaw(edge.port, head(`${method} ${path}`));
      expect(statusOf(answer), `${method} ${path}`).toBe(405);
      const allowed = /^allow: (.*)$/im.exec(answer)?.[1]?.trim().split(", ").sort();
      expect(allowed, `${method} ${path}`).toEqual(allow);
    }
    expect(edge.calls).toEqual([]);
  });
});

describe("bytes that are no request", () => {
  it("are answered as a problem and the connection is closed [req:http.bad-request]", async () => {
    for (const [bytes, status] of [
      ["hello\r\n\r\n", 400],
      [`GET /tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${"y".repeat(100_000)}\r\n\r\n`, 431],
      [
        `GET /tasks HTTP/1.1\r\n${Array.from({ length: 100_000 }, (_, n) => `x${n}: 1`).join("\r\n")}\r\n\r\n`,
        431,
      ],
      [`GET /tasks HTTP/1.1\nHost: 127.0.0.1:${edge.port}\n bad fold\n\n`, 400],
      ["POST /tasks HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400],
    ] as const) {
      const answer = await sendRaw(edge.port, bytes);
      expect(statusOf(answer), bytes.slice(0, 40)).toBe(status);
      expect(answer).toContain("application/problem+json");
    }
  });

  it("that never end lose their connection, and others are served meanwhile [req:http.slow-request]", async () => {
    await using slow = await startEdge({ patience: { requestMs: 500 } });
    const closed = Array.from(
      { length: 500 },
      () =>
        new Promise<void>((resolve) => {
          const socket = connect(slow.port, "127.0.0.1", () =>
            socket.write("GET /tasks HTTP/1.1\r\nHost: 127"),
          );
          socket.on("close", () => resolve()).on("error", () => resolve());
          socket.resume();
        }),
    );
    expect((await slow.fetch("/tasks")).status).toBe(200);
    await Promise.all(closed);
  });

  it("do not stop a pipeline of a thousand requests [req:http.bad-request]", async () => {
    const one = `GET /health HTTP/1.1\r\nHost: 127.0.0.1:${edge.port}\r\n\r\n`;
    const answer = await sendRaw(edge.port, one.repeat(999) + head("GET /health"));
    expect(answer.match(/HTTP\/1\.1 200/g)).toHaveLength(1000);
  });

  it("that ask for HTTP/2 are served HTTP/1.1 [req:http.bad-request]", async () => {
    const answer = await sendRaw(
      edge.port,
      `GET /tasks HTTP/1.1\r\nHost: 127.0.0.1:${edge.port}\r\nAuthorization: Bearer ${TOKEN}\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
    );
    expect(statusOf(answer)).toBe(200);
  });
});
