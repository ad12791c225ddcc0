import { readdirSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostileLine, hostileText } from "./hostile-texts.ts";
import { Pages } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";
import { watchOrigin } from "./watch.ts";

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), showcase()]);
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const policy =
  "default-src 'self'; script-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const assets = path.resolve(import.meta.dirname, "..", "..", "packages", "dashboard", "dist", "assets");

describe("the dashboard", () => {
  it("talks to its own server, whatever its address names [req:web.own-origin]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await watchOrigin(opened, world.server.url);
    for (const address of [
      "/?api=ws://evil.example",
      "/#server=https://evil.example",
      "/ui/board?url=https://evil.example&gatewayUrl=wss://evil.example",
      "/ui/board?server=//evil.example#token=stolen",
      "/ui//evil.example",
      "/ui/tasks/..%2F..%2F%2Fevil.example%2F",
      "/ui/conversations/%2F%2Fevil.example",
    ]) {
      const socket = page.waitForEvent("websocket");
      await page.goto("about:blank");
      await page.goto(`${world.server.url}${address}`);
      expect(new URL((await socket).url()).host).toBe(new URL(world.server.url).host);
      await page.waitForSelector("main");
      expect(new URL(page.url()).origin).toBe(world.server.url);
    }
    expect(wrong).toEqual([]);
  });

  it("keeps the login in a cookie no script can read, and nowhere else [req:web.login-cookie]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page } = opened;
    await page.getByRole("navigation", { name: "Screens" }).getByText("Live").waitFor();
    const [cookie, ...others] = await page.context().cookies();
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Strict", path: "/" });
    const seen = await page.evaluate<string>(
      "JSON.stringify([document.cookie, location.href, { ...localStorage }, { ...sessionStorage }, history.state, document.documentElement.outerHTML])",
    );
    for (const secret of [world.server.token, cookie?.value ?? ""]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(seen).not.toContain(secret);
    }
    expect(page.url()).not.toMatch(/code|token/);
    expect(await page.evaluate<string>("document.cookie")).toBe("");
  });

  it("is served under a policy that lets nothing run or load from elsewhere [req:web.policy]", async () => {
    const paths = ["/", "/ui/board", "/ui/tasks/x", "/favicon.svg", "/theme.js"].concat(
      readdirSync(assets).map((name) => `/assets/${name}`),
    );
    expect(paths.length).toBeGreaterThan(20);
    for (const one of paths) {
      const response = await fetch(`${world.server.url}${one}`);
      expect(response.status, one).toBe(200);
      expect(response.headers.get("content-security-policy"), one).toBe(policy);
      expect(response.headers.get("x-content-type-options"), one).toBe("nosniff");
      expect(response.headers.get("access-control-allow-origin"), one).toBe(null);
      if (one.includes(".")) continue;
      const html = await response.text();
      expect(html.match(/<script(?![^>]*\bsrc=)[^>]*>|<style|\bstyle=|\bon\w+=/g), one).toBe(null);
    }
  });

  it("gets hostile texts from the API as data, never as a page [req:web.policy]", async () => {
    const task_id = await world.submit(hostileText("prompt"), { title: hostileLine("title") });
    const headers = { authorization: `Bearer ${world.server.token}`, accept: "text/html" };
    for (const one of [
      `/tasks/${task_id}`,
      "/tasks?limit=10",
      `/tasks/${task_id}/prompts`,
      `/events?task_id=${task_id}`,
      `/tasks/${encodeURIComponent(hostileLine("no-task"))}`,
      `/${encodeURIComponent("<script>globalThis.ran=1</script>")}`,
      `/login?code=${encodeURIComponent("<script>globalThis.ran=1</script>")}&next=https://evil.example`,
    ]) {
      const response = await fetch(`${world.server.url}${one}`, { headers, redirect: "manual" });
      expect(response.headers.get("x-content-type-options"), one).toBe("nosniff");
      expect(response.headers.get("content-security-policy"), one).toBe(policy);
      if (one.startsWith("/login")) expect(await response.text()).not.toContain("<script>globalThis");
      else
        expect(response.headers.get("content-type"), one).toMatch(
          /^(application\/(problem\+)?json|text\/event-stream)/,
        );
      await response.body?.cancel().catch(() => {});
    }
    await world.client.call("task/cancel", { task_id });
  });
});
