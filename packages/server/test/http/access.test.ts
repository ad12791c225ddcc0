import { randomBytes } from "node:crypto";
import { Problem } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyWay, type Way } from "../support/routes.ts";
import { parseAnswer, type TestServer, testServer } from "../support/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const closed = everyWay().filter((way) => !way.open);
const open = everyWay().filter((way) => way.open);

/** A request that says what a caller would say. */
function ask(way: Way, headers: Record<string, string>): Promise<Response> {
  const writes = way.method === "POST" || way.method === "PATCH";
  return server.fetch(way.path, {
    method: way.method,
    headers: { ...(writes ? { "content-type": "application/json" } : {}), ...headers },
    ...(writes ? { body: '{"secret":"echo-canary"}' } : {}),
  });
}

async function expectProblem(response: Response, status: number, code: string): Promise<Problem> {
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  const problem = Problem.parse(await response.json());
  expect(problem).toMatchObject({ status, code });
  expect(problem.request_id).toBe(response.headers.get("x-request-id"));
  return problem;
}

describe("without the token", () => {
  it.each([
    ["no credential", ""],
    ["a wrong token", `Bearer ${randomBytes(32).toString("hex")}`],
    ["an empty token", "Bearer "],
    ["the wrong scheme", "Basic YTpi"],
    ["two tokens", "Bearer a, Bearer b"],
  ])("every route that is not open answers 401 to %s [req:http.token]", async (_, authorization) => {
    const before = await server.headSeq();
    for (const way of closed) {
      const response = await ask(way, { authorization });
      const problem = await expectProblem(response, 401, "unauthorized");
      expect(response.headers.get("www-authenticate"), way.name).toMatch(/^Bearer/);
      expect(JSON.stringify(problem), way.name).not.toContain("echo-canary");
    }
    expect(await server.headSeq()).toBe(before);
  });

  it("a route that does not exist answers 401 too, so that nothing can be mapped [req:http.token]", async () => {
    for (const path of ["/nothing", "/tasks/x/y/z", "/api/data", "/.env", "/tasks/"])
      await expectProblem(await server.fetch(path, { headers: { authorization: "" } }), 401, "unauthorized");
  });

  it("only the probes, the shell and the login are open [req:http.token]", async () => {
    expect(open.map((way) => way.path).sort()).toEqual([
      "/",
      "/health",
      "/healthz",
      "/login",
      "/readyz",
      "/style.css",
    ]);
    for (const way of open) {
      const response = await ask(way, { authorization: "" });
      expect([way.path, response.status]).toEqual([way.path, way.path === "/login" ? 401 : 200]);
    }
  });

  it("the token in the address is not a credential [req:http.token]", async () => {
    for (const name of ["token", "access_token", "auth"])
      await expectProblem(
        await server.fetch(`/tasks?${name}=${server.token}`, { headers: { authorization: "" } }),
        401,
        "unauthorized",
      );
  });

  it("what is open shows no path, process, version of the runtime or token [req:http.health-private]", async () => {
    const health = await server.fetch("/health", { headers: { authorization: "" } });
    const body = (await health.json()) as Record<string, unknown>;
    expect(Object.keys(body).sort()).toEqual(["runtime_logs", "status", "version"]);
    for (const { path } of open) {
      const response = await server.fetch(path, { headers: { authorization: "" } });
      const shown = `${JSON.stringify([...response.headers])}${await response.text()}`;
      for (const secret of [server.dir, server.token, process.version, String(process.pid)])
        expect(shown, path).not.toContain(secret);
      expect(response.headers.get("server")).toBeNull();
      expect(response.headers.get("x-powered-by")).toBeNull();
    }
    expect(await (await server.fetch("/healthz", { headers: { authorization: "" } })).text()).toBe("");
    expect(await (await server.fetch("/readyz", { headers: { authorization: "" } })).text()).toBe("");
  });

  it("a request without an Origin is not trusted for that [req:http.token]", async () => {
    const response = await server.post("/tasks", { prompt: "x" }, { authorization: "" });
    await expectProblem(response, 401, "unauthorized");
  });

  it("forwarded and self-declared identities are ignored [req:http.token]", async () => {
    const headers = {
      authorization: "",
      "x-forwarded-user": "root",
      "x-forwarded-for": "127.0.0.1",
      "x-harness-scopes": "operate",
      "x-http-method-override": "GET",
    };
    await expectProblem(await server.fetch("/tasks", { headers }), 401, "unauthorized");
  });
});

describe("the Origin header", () => {
  const foreign = () => [
    "null",
    "https://evil.com",
    "http://evil.com",
    "file://",
    `https://127.0.0.1:${server.port}`,
    `http://127.0.0.1:${server.port + 1}`,
    "http://127.0.0.1",
    `http://127.0.0.1:${server.port}.evil.com`,
    `http://127.0.0.1:${server.port}/`,
    `http://localhost.:${server.port}`,
    "chrome-extension://abcdefgh",
    "",
  ];

  it("of another place is refused on every route, token or not, and nothing changes [req:http.origin]", async () => {
    const before = await server.headSeq();
    for (const way of everyWay()) {
      const response = await ask(way, { origin: "null" });
      await expectProblem(response, 403, "origin_refused");
      expect(response.headers.get("access-control-allow-origin"), way.name).toBeNull();
    }
    for (const origin of foreign()) {
      const answer = parseAnswer(
        await server.raw(
          `POST /tasks HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${origin}\r\nAuthorization: Bearer ${server.token}\r\nContent-Type: application/json\r\nContent-Length: 34\r\nConnection: close\r\n\r\n{"project":"app","prompt":"do it"}`,
        ),
      );
      expect([origin, answer.status]).toEqual([origin, 403]);
    }
    expect(await server.headSeq()).toBe(before);
  });

  it("given twice is refused [req:http.origin]", async () => {
    const own = `http://127.0.0.1:${server.port}`;
    const { status } = parseAnswer(
      await server.raw(
        `GET /tasks HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nOrigin: ${own}\r\nOrigin: ${own}\r\nAuthorization: Bearer ${server.token}\r\nConnection: close\r\n\r\n`,
      ),
    );
    expect(status).toBe(403);
  });

  it("of our own passes [req:http.origin]", async () => {
    for (const name of ["127.0.0.1", "localhost", "[::1]"])
      expect(
        (await server.fetch("/tasks", { headers: { origin: `http://${name}:${server.port}` } })).status,
      ).toBe(200);
  });

  it("is never answered with permission for another site, whatever the method [req:http.no-cors]", async () => {
    for (const origin of ["null", "https://evil.com", `http://127.0.0.1:${server.port}`]) {
      for (const way of everyWay()) {
        const response = await server.fetch(way.path, {
          method: "OPTIONS",
          headers: {
            origin,
            "access-control-request-method": way.method,
            "access-control-request-headers": "authorization, content-type",
          },
        });
        expect(response.status).toBeGreaterThanOrEqual(400);
        for (const [name] of response.headers) expect(name).not.toMatch(/^access-control-/);
      }
    }
  });
});

describe("a form or page of another site", () => {
  it("cannot send what a browser lets it send without asking [req:http.csrf]", async () => {
    const before = await server.headSeq();
    const body = '{"project":"app","prompt":"do it"}';
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "text/plain; application/json",
      "application/json-patch+json",
      "application/jsonx",
      "text/json",
      "application/json; charset=utf-16",
    ]) {
      const response = await server.fetch("/tasks", {
        method: "POST",
        headers: { "content-type": type },
        body,
      });
      const problem = await expectProblem(response, 415, "unsupported_media_type");
      expect(problem.detail).toMatch(/json|UTF-8/i);
    }
    const { status } = parseAnswer(
      await server.raw(
        `POST /tasks HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.token}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      ),
    );
    expect(status).toBe(415);
    expect(await server.headSeq()).toBe(before);
  });

  it.each(["application/json; charset=utf-8", 'application/json;charset="UTF-8"', "Application/JSON"])(
    "our own clients may write %s [req:http.csrf]",
    async (type) => {
      const response = await server.fetch("/tasks", {
        method: "POST",
        headers: { "content-type": type },
        body: '{"project":"app","prompt":"do it"}',
      });
      expect(response.status).toBe(202);
    },
  );

  it("cannot change anything with a GET [req:http.csrf]", async () => {
    const id = await server.submit();
    const before = await server.headSeq();
    for (const way of everyWay()) {
      if (way.method === "GET") continue;
      const path = way.path.replace(/task_\w+/, id);
      const response = await server.fetch(`${path}?prompt=x&project=app&root=/`);
      expect([200, 400, 404, 405]).toContain(response.status);
    }
    for (const way of everyWay().filter(({ method, name }) => method === "GET" && !name.startsWith("stream")))
      await (await server.fetch(way.path.replace(/task_\w+/, id))).arrayBuffer();
    expect(await server.headSeq()).toBe(before);
  });

  it("is told apart by Sec-Fetch-Site, even with the token [req:http.csrf]", async () => {
    for (const site of ["cross-site", "same-site"])
      await expectProblem(
        await server.fetch("/tasks", { headers: { "sec-fetch-site": site } }),
        403,
        "origin_refused",
      );
  });

  it("cannot read a stream [req:http.no-cors]", async () => {
    const id = await server.submit();
    for (const path of [`/tasks/${id}/stream`, "/events"]) {
      for (const origin of [{}, { origin: "https://evil.com" } as Record<string, string>]) {
        const response = await server.fetch(path, { headers: { authorization: "", ...origin } });
        expect([401, 403]).toContain(response.status);
        expect(response.headers.get("access-control-allow-origin")).toBeNull();
      }
    }
  });
});

describe("every answer", () => {
  it("keeps browsers from being used against us [req:http.headers]", async () => {
    for (const [path, authorization] of [
      ["/", ""],
      ["/health", ""],
      ["/tasks", undefined],
      ["/tasks", ""],
      ["/nothing", undefined],
      ["/docs", undefined],
      ["/%zz", undefined],
    ] as const) {
      const { headers } = await server.fetch(
        path,
        authorization === undefined ? {} : { headers: { authorization } },
      );
      expect(headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(headers.get("x-frame-options"), path).toBe("DENY");
      expect(headers.get("referrer-policy"), path).toBe("no-referrer");
      expect(headers.get("cross-origin-resource-policy"), path).toBe("same-origin");
      const policy = headers.get("content-security-policy") ?? "";
      for (const rule of ["default-src 'self'", "script-src 'self'", "frame-ancestors 'none'"])
        expect(policy, path).toContain(rule);
      expect(policy).not.toContain("unsafe");
      expect(headers.get("x-request-id"), path).toMatch(/^req_[0-9A-Z]{26}$/);
    }
  });
});
