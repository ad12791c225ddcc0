import { Problem } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { parseAnswer, type TestServer, testServer } from "../support/test-server.ts";

const megabyte = 1_048_576;

/** A POST of these bytes as JSON. */
function postRaw(server: TestServer, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  return server.fetch("/tasks", { method: "POST", body, headers: { "content-type": "application/json" } });
}

describe("bombs", () => {
  it("are refused, cost little memory, and leave the server quick for others [req:http.bombs]", async () => {
    await using server = await testServer();
    const head = await server.headSeq();
    const rss = process.memoryUsage().rss;
    const nested = ['{"prompt":', ..."[".repeat(100_000), ..."]".repeat(100_000), "}"].join("");
    const bombs: [what: string, statuses: number[], run: () => Promise<number>][] = [
      [
        "a body one byte too large",
        [413],
        async () => (await postRaw(server, " ".repeat(megabyte + 1))).status,
      ],
      ["arrays a hundred thousand deep", [400], async () => (await postRaw(server, nested)).status],
      [
        "objects fifty thousand deep",
        [400],
        async () => (await postRaw(server, '{"a":'.repeat(50_000))).status,
      ],
      [
        "a hundred thousand keys",
        [400],
        async () =>
          (await postRaw(server, `{${Array.from({ length: 90_000 }, (_, at) => `"k${at}":1`).join(",")}}`))
            .status,
      ],
      [
        "a hundred thousand query keys",
        [400, 414, 431],
        async () => parseAnswer(await server.raw(request(server, `/tasks?${"a=1&".repeat(100_000)}`))).status,
      ],
      [
        "a long number",
        [400],
        async () => (await postRaw(server, `{"priority":${"9".repeat(900_000)}}`)).status,
      ],
      [
        "a hundred thousand headers",
        [431],
        async () =>
          parseAnswer(await server.raw(request(server, "/tasks", "a: b\r\n".repeat(100_000)))).status,
      ],
      [
        "a header of a megabyte",
        [431],
        async () =>
          parseAnswer(await server.raw(request(server, "/tasks", `a: ${"b".repeat(megabyte)}\r\n`))).status,
      ],
      [
        "a label list of ten thousand",
        [400],
        async () =>
          (
            await postRaw(
              server,
              JSON.stringify({ prompt: "x", labels: Array.from({ length: 10_000 }, () => "x") }),
            )
          ).status,
      ],
    ];
    for (const [what, statuses, run] of bombs) {
      for (let round = 0; round < 5; round += 1) {
        const began = performance.now();
        expect(statuses, what).toContain(await run());
        expect(performance.now() - began, what).toBeLessThan(2_000);
      }
    }
    expect((await server.fetch("/health")).status).toBe(200);
    expect(await server.headSeq()).toBe(head);
    // The bombs themselves are made in this process too: most of the growth is theirs.
    expect((process.memoryUsage().rss - rss) / megabyte).toBeLessThan(200);
  });

  it("of half-sent requests do not keep others waiting [req:http.slow-request]", async () => {
    await using server = await testServer();
    const sockets = await Promise.all(Array.from({ length: 300 }, () => server.connect()));
    for (const [index, socket] of sockets.entries())
      socket.write(
        index % 2 === 0
          ? `GET /tasks HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX-Slow: `
          : request(
              server,
              "/tasks",
              "Content-Type: application/json\r\nContent-Length: 100\r\n",
              "POST",
            ).replace("Connection: close\r\n", ""),
      );
    const began = performance.now();
    for (let round = 0; round < 50; round += 1) expect((await server.fetch("/tasks")).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(3_000);
    for (const socket of sockets) socket.destroy();
  });
});

function request(server: TestServer, path: string, headers = "", method = "GET"): string {
  return `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\nConnection: close\r\n${headers}\r\n`;
}

describe("the configured limits", () => {
  it("of body and rate hold, and say when to come again [req:http.rate-limit, http.too-large]", async () => {
    await using server = await testServer({
      config: "[server]\nrate_limit_per_minute = 20\nmax_body_bytes = 2048",
    });
    const large = await server.post("/tasks", { project: "app", prompt: "x".repeat(3_000) });
    expect(large.status).toBe(413);
    expect(Problem.parse(await large.json()).code).toBe("payload_too_large");
    const statuses: number[] = [];
    for (let round = 0; round < 30; round += 1) statuses.push((await server.fetch("/tasks")).status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    const refused = await server.fetch("/tasks", { headers: { "x-forwarded-for": "203.0.113.7" } });
    expect(refused.status).toBe(429);
    const problem = Problem.parse(await refused.json());
    expect(problem.code).toBe("rate_limited");
    const after = Number(refused.headers.get("retry-after"));
    expect(after).toBeGreaterThan(0);
    expect(after).toBeLessThanOrEqual(60);
    expect(Math.ceil(problem.retry_after_s ?? 0)).toBe(after);
    // Who may not come in is told so, however often.
    expect((await server.fetch("/tasks", { headers: { authorization: "" } })).status).toBe(401);
  });

  it("of the queue is told with a time to come again [req:http.problem]", async () => {
    await using server = await testServer({ config: "[concurrency]\nmax_queued_tasks = 2" });
    await server.submit();
    await server.submit();
    const refused = await server.post("/tasks", { project: "app", prompt: "x" });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "60"]);
    expect(Problem.parse(await refused.json()).code).toBe("overloaded");
  });
});

describe("an idempotency key", () => {
  it("makes a repeat the first answer, and another request a conflict [req:http.idempotency]", async () => {
    await using server = await testServer();
    const body = { project: "app", prompt: "x" };
    const key = { "idempotency-key": "k-1" };
    const answers = await Promise.all(Array.from({ length: 10 }, () => server.post("/tasks", body, key)));
    const ids = new Set(
      await Promise.all(answers.map(async (one) => ((await one.json()) as { task_id: string }).task_id)),
    );
    expect(ids.size).toBe(1);
    expect((await server.client.call("task/list", {})).data).toHaveLength(1);
    const other = await server.post("/tasks", { ...body, prompt: "y" }, key);
    expect([other.status, Problem.parse(await other.json()).code]).toEqual([409, "idempotency_conflict"]);
    const same = await server.post("/tasks", { ...body, idempotency_key: "k-1" });
    expect(((await same.json()) as { task_id: string }).task_id).toBe([...ids][0]);
    const twice = await server.post("/tasks", { ...body, idempotency_key: "k-2" }, key);
    expect([twice.status, Problem.parse(await twice.json()).field]).toEqual([400, "idempotency_key"]);
    for (const bad of ["k".repeat(256), "k".repeat(8_000)]) {
      const long = await server.post("/tasks", body, { "idempotency-key": bad });
      expect([long.status, Problem.parse(await long.json()).code]).toEqual([400, "invalid_idempotency_key"]);
    }
    const batch = { project: "app", tasks: [{ prompt: "a" }, { prompt: "b" }] };
    const first = await (await server.post("/tasks/batch", batch, { "idempotency-key": "k-3" })).json();
    expect(await (await server.post("/tasks/batch", batch, { "idempotency-key": "k-3" })).json()).toEqual(
      first,
    );
    await server.restart();
    const later = await server.post("/tasks", body, key);
    expect(((await later.json()) as { task_id: string }).task_id).toBe([...ids][0]);
  });
});
