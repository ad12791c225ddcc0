import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestServer, testServer } from "../support/test-server.ts";

let now = Date.parse("2026-01-01T00:00:00Z");
let server: TestServer;
beforeAll(async () => {
  server = await testServer({ clock: { now: () => now } });
});
afterAll(() => server[Symbol.asyncDispose]());

const anonymous = { headers: { authorization: "" } };

async function logIn(url: string): Promise<Response> {
  return fetch(url, { redirect: "manual" });
}

/** The cookie of a login, as a browser sends it back. */
async function cookie(): Promise<string> {
  const response = await logIn(server.server.loginUrl());
  return response.headers.get("set-cookie")!.split(";", 1)[0]!;
}

describe("a login link", () => {
  it("works once, and gives a cookie scripts and other sites cannot use [req:http.login]", async () => {
    const url = server.server.loginUrl();
    // Where the dashboard is built it is the dashboard that opens, else the reference.
    const home = (await (await fetch(server.url)).text()).includes('id="root"') ? "/" : "/docs";
    const first = await logIn(url);
    expect([first.status, first.headers.get("location")]).toEqual([303, home]);
    const flags = first.headers.get("set-cookie")!.split("; ").slice(1).sort();
    expect(flags).toEqual(["HttpOnly", "Path=/", "SameSite=Strict"]);
    const second = await logIn(url);
    expect([second.status, second.headers.get("set-cookie")]).toEqual([401, null]);
    expect(await second.text()).toContain("harness login");
  });

  it("made by the operation is for this server and ends after two minutes [req:http.login]", async () => {
    const made = await server.client.call("auth/login_code", {});
    expect(new URL(made.url).origin).toBe(server.url);
    expect(Date.parse(made.expires_at) - now).toBe(120_000);
    now += 119_999;
    expect((await logIn(made.url)).status).toBe(303);
    const late = await server.client.call("auth/login_code", {});
    now += 120_000;
    expect((await logIn(late.url)).status).toBe(401);
  });

  it("cannot be guessed, and its code is in no log [req:http.login]", async () => {
    const { url } = await server.client.call("auth/login_code", {});
    const code = new URL(url).searchParams.get("code")!;
    expect(code.length).toBeGreaterThanOrEqual(32);
    for (const wrong of ["", "x", code.slice(1), `${code}x`, code.toLowerCase(), `${code}&code=${code}`])
      expect((await logIn(`${server.url}/login?code=${wrong}`)).status).toBe(401);
    expect((await logIn(url)).status).toBe(303);
    expect(server.logs()).not.toContain(code);
  });
});

describe("a browser that is logged in", () => {
  it("sees the reference under a policy without inline code [req:http.docs]", async () => {
    const response = await fetch(`${server.url}/docs`, { headers: { cookie: await cookie() } });
    expect(response.status).toBe(200);
    const page = await response.text();
    expect(page).toContain("POST /tasks");
    expect(page).not.toMatch(/<script|<style|\son\w+=|style=|javascript:/i);
    for (const [, asset] of page.matchAll(/(?:href|src)="([^"]+)"/g)) {
      expect(asset).toMatch(/^\//);
      expect((await fetch(`${server.url}${asset}`, { headers: { cookie: await cookie() } })).status).toBe(
        200,
      );
    }
  });

  it("may read with the cookie, and change only from our own pages [req:http.login]", async () => {
    const session = await cookie();
    const ask = (headers: Record<string, string>, method = "POST") =>
      server.fetch("/tasks", {
        method,
        headers: { authorization: "", cookie: session, "content-type": "application/json", ...headers },
        ...(method === "POST" ? { body: '{"project":"app","prompt":"x"}' } : {}),
      });
    expect((await ask({}, "GET")).status).toBe(200);
    expect((await ask({ "sec-fetch-site": "same-origin" }, "GET")).status).toBe(200);
    expect((await ask({ origin: server.url })).status).toBe(202);
    const before = await server.headSeq();
    expect((await ask({})).status).toBe(403);
    for (const origin of ["null", "http://evil.com", `http://127.0.0.1:${server.port + 1}`])
      expect((await ask({ origin })).status).toBe(403);
    for (const site of ["cross-site", "same-site"]) {
      expect((await ask({ "sec-fetch-site": site }, "GET")).status).toBe(403);
      expect((await ask({ "sec-fetch-site": site, origin: server.url })).status).toBe(403);
    }
    expect((await ask({ origin: server.url, "content-type": "text/plain" })).status).toBe(415);
    expect(await server.headSeq()).toBe(before);
  });

  it("is logged out by a wrong cookie, by time and by a new token, and not by a restart [req:http.login]", async () => {
    const session = await cookie();
    const status = async (value: string) =>
      (await fetch(`${server.url}/tasks`, { headers: { cookie: value } })).status;
    const [name, secret] = [session.split("=", 1)[0]!, session.slice(session.indexOf("=") + 1)];
    expect(await status(`theme=dark; ${session}; x=y`)).toBe(200);
    for (const wrong of [
      `${name}=`,
      `${name}=x`,
      `${name}=${secret.slice(1)}`,
      `x${session}`,
      `${name}=${server.token}`,
      secret,
    ])
      expect(await status(wrong)).toBe(401);
    now += 31 * 24 * 3_600_000;
    expect(await status(session)).toBe(401);
    const fresh = await cookie();
    expect(await status(fresh)).toBe(200);
    await server.restart();
    expect(await status(fresh.replace(/_\d+=/, `_${server.port}=`))).toBe(200);
    expect((await server.fetch("/docs", anonymous)).status).toBe(401);
    // Nobody makes a session last longer than it was made for.
    const later = fresh.replace(/=\d+/, (until) => `=${Number(until.slice(1)) + 1000}`);
    expect(later).not.toBe(fresh);
    expect(await status(later.replace(/_\d+=/, `_${server.port}=`))).toBe(401);
  });
});
