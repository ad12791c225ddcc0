import { type ErrorCode, errorCatalogue, HarnessError, Problem } from "@harness/protocol";
import { describe, expect, it } from "vitest";
import { startEdge } from "./edge.ts";

describe("a failure", () => {
  it("of every kind is the problem document of its row, with when to ask again [req:http.problem]", async () => {
    let code: ErrorCode = "internal";
    await using edge = await startEdge({
      answer: () => {
        throw new HarnessError(code, "What, which, in what state, what to do.", { field: "x", hint: "y" });
      },
    });
    for (const [name, row] of Object.entries(errorCatalogue)) {
      code = name as ErrorCode;
      const response = await edge.fetch("/tasks");
      expect(response.status, name).toBe(row.http);
      expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
      const problem = Problem.parse(await response.json());
      expect(problem).toMatchObject({
        code: name,
        error: name,
        status: row.http,
        title: row.summary,
        detail: "What, which, in what state, what to do.",
        field: "x",
        hint: "y",
        request_id: response.headers.get("x-request-id"),
      });
      expect(response.headers.has("retry-after"), name).toBe([429, 503, 507].includes(row.http));
    }
  });

  it("says how long to wait when that is known [req:http.problem]", async () => {
    await using edge = await startEdge({
      answer: () => {
        throw new HarnessError("storage_full", "The disk is full.", { retry_after_s: 61.2 });
      },
    });
    expect((await edge.fetch("/tasks")).headers.get("retry-after")).toBe("62");
  });

  it("of ours shows nothing of itself and is logged with the request's id [req:http.problem]", async () => {
    const failures: unknown[] = [];
    await using edge = await startEdge({
      failures,
      answer: () => {
        throw new Error("secret path /home/user/.ssh");
      },
    });
    const response = await edge.fetch("/tasks");
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain("secret");
    expect(failures).toMatchObject([{ request_id: response.headers.get("x-request-id") }]);
  });
});

describe("the rate limit", () => {
  it("answers 429 with when to come back, by address, whatever a header claims [req:http.rate-limit]", async () => {
    await using edge = await startEdge({ config: { rate_limit_per_minute: 5 } });
    for (let n = 0; n < 5; n += 1) expect((await edge.fetch("/tasks")).status).toBe(200);
    const refused = await edge.fetch("/tasks", { headers: { "x-forwarded-for": "10.0.0.1" } });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Problem.parse(await refused.json())).toMatchObject({ code: "rate_limited" });
  });
});

describe("the probes", () => {
  it("tell alive from ready, without a word [req:http.probes]", async () => {
    let ready: () => Promise<boolean> = async () => true;
    await using edge = await startEdge({ ready: () => ready() });
    const probe = async (path: string) => {
      const response = await edge.fetch(path, { token: null });
      return [response.status, await response.text()];
    };
    expect([await probe("/healthz"), await probe("/readyz")]).toEqual([
      [200, ""],
      [200, ""],
    ]);
    ready = async () => false;
    expect([await probe("/healthz"), await probe("/readyz")]).toEqual([
      [200, ""],
      [503, ""],
    ]);
    ready = () => Promise.reject(new Error("disk gone"));
    expect(await probe("/readyz")).toEqual([503, ""]);
  });
});

describe("a browser's login", () => {
  const pathOf = (url: string) => url.slice(new URL(url).origin.length);

  it("turns a code into a cookie once, and the cookie opens the reference [req:http.login]", async () => {
    await using edge = await startEdge();
    const { url } = edge.server.loginUrl();
    expect(new URL(url).origin).toBe(edge.url);
    const entered = await edge.fetch(pathOf(url), { token: null });
    expect([entered.status, entered.headers.get("location")]).toEqual([303, "/docs"]);
    const cookie = entered.headers.get("set-cookie")!;
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).toContain(`harness_session_${edge.port}=`);
    const again = await edge.fetch(pathOf(url), { token: null });
    expect([again.status, again.headers.get("set-cookie")]).toEqual([401, null]);
    const session = { cookie: cookie.split(";")[0]! };
    const docs = await edge.fetch("/docs", { token: null, headers: session });
    expect([docs.status, docs.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    const page = await docs.text();
    expect(page).toContain("task/create");
    expect(page).not.toMatch(/<script|style=|https?:\/\/(?!www\.w3\.org)/);
  });

  it("fails with a code that is wrong or older than two minutes [req:http.login]", async () => {
    let now = Date.now();
    await using edge = await startEdge({ clock: { now: () => now } });
    const { url } = edge.server.loginUrl();
    for (const path of [
      "/login",
      "/login?code=",
      "/login?code=x",
      `${pathOf(url)}x`,
      `${pathOf(url)}&code=y`,
    ])
      expect((await edge.fetch(path, { token: null })).status, path).toBe(401);
    now += 2 * 60 * 1000;
    expect((await edge.fetch(pathOf(url), { token: null })).status).toBe(401);
  });

  it("changes something only from our own pages, and ends in time [req:http.login]", async () => {
    let now = Date.now();
    await using edge = await startEdge({ clock: { now: () => now } });
    const entered = await edge.fetch(pathOf(edge.server.loginUrl().url), { token: null });
    const cookie = entered.headers.get("set-cookie")!.split(";")[0]!;
    const cancel = async (headers: Record<string, string>) =>
      (await edge.fetch("/tasks/x/cancel", { method: "POST", token: null, headers: { cookie, ...headers } }))
        .status;
    expect(await cancel({ origin: edge.url, "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await cancel({})).toBe(403);
    expect(await cancel({ origin: "https://evil.com", "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await cancel({ origin: "null" })).toBe(403);
    expect(await cancel({ origin: edge.url, authorization: "Bearer wrong" })).toBe(401);
    now += 30 * 24 * 60 * 60 * 1000;
    expect(await cancel({ origin: edge.url })).toBe(401);
  });

  it("does not open another server on the same machine [req:http.login]", async () => {
    await using edge = await startEdge();
    await using other = await startEdge();
    const entered = await edge.fetch(pathOf(edge.server.loginUrl().url), { token: null });
    const cookie = entered.headers.get("set-cookie")!.split(";")[0]!;
    expect((await other.fetch("/tasks", { token: null, headers: { cookie } })).status).toBe(401);
    const renamed = cookie.replace(String(edge.port), String(other.port));
    expect((await other.fetch("/tasks", { token: null, headers: { cookie: renamed } })).status).toBe(401);
  });
});
