import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FullWorld, fullWorld } from "./full-world.ts";
import { Pages, sidewaysScroll } from "./pages.ts";

let pages: Pages;
let world: FullWorld;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), fullWorld()]);
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** The screens of the menu: where each is, what it is called, and its keys. */
function menuOf(page: Page): Promise<{ path: string; name: string; keys: string }[]> {
  return page
    .getByRole("navigation", { name: "Screens" })
    .locator("a[title]")
    .evaluateAll((links) =>
      links.map((link) => ({
        path: link.pathname,
        name: link.querySelector("span").textContent,
        keys: link.title,
      })),
    );
}

/** What has the focus: its name, whether it can be seen, and whether it is marked. */
function focused(page: Page): Promise<{ what: string; seen: boolean; marked: boolean }> {
  return page.locator("body").evaluate((body) => {
    const { activeElement: element, defaultView: view } = body.ownerDocument;
    const { top, bottom, left, right, width, height } = element.getBoundingClientRect();
    const { outlineStyle, outlineWidth, boxShadow } = view.getComputedStyle(element);
    const inside = bottom > 0 && right > 0 && top < view.innerHeight && left < view.innerWidth;
    return {
      what: `${element.tagName} ${element.ariaLabel ?? element.textContent}`.slice(0, 80),
      seen: element === body || (inside && width > 0 && height > 0),
      marked:
        element === body ||
        element.id === "main" ||
        (outlineStyle !== "none" && outlineWidth !== "0px") ||
        boxShadow !== "none" ||
        // The ring may be that of the card around it.
        element.closest("article:has(:focus-visible)") !== null,
    };
  });
}

describe("by keyboard alone", () => {
  it("every screen of the menu is reached, and the help lists its keys [req:web.keyboard]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page } = opened;
    const menu = await menuOf(page);
    expect(menu.length).toBeGreaterThan(10);
    expect(new Set(menu.map(({ keys }) => keys)).size).toBe(menu.length);
    await page.keyboard.press("Shift+?");
    const help = page.getByRole("dialog", { name: "Keys" });
    for (const { name } of menu) await help.getByText(`Go to ${name}`, { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "detached" });
    for (const { path, keys } of menu) {
      // Two keys make a chord only within half a second, which a busy machine may miss.
      const press = async () => {
        for (const key of keys.split(" ")) await page.keyboard.press(key);
        return new URL(page.url()).pathname;
      };
      await expect.poll(press, { timeout: 20_000, interval: 700 }).toBe(path);
      await page.waitForSelector("main h1");
    }
    await page.keyboard.press("c");
    await page.waitForURL((url) => url.pathname === "/ui/new");
    expect(opened.wrong).toEqual([]);
  });

  it("the command bar finds a task by letters of its name and opens it [req:web.keyboard]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page } = opened;
    await page.getByRole("article", { name: world.done }).waitFor();
    await page.keyboard.press("Control+k");
    const bar = page.getByRole("dialog", { name: "Commands and tasks" });
    await bar.waitFor();
    await page.keyboard.press("Escape");
    await bar.waitFor({ state: "detached" });
    await page.keyboard.press("Control+k");
    await page.keyboard.type("sum of the bask");
    await bar.getByRole("option", { name: world.done }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/ui\/tasks\/task_/);
    await page.getByRole("heading", { level: 1, name: world.done }).waitFor();
    expect(opened.wrong).toEqual([]);
  });

  it("the focus begins with a way past the menu, and is seen wherever it goes [req:web.keyboard]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page } = opened;
    const found: string[] = [];
    for (const [name, address] of Object.entries(world.pages)) {
      await page.goto(new URL(address, world.server.url).href);
      await page.waitForSelector("main h1");
      // Some screens lead to where a person begins; the others begin with the way past the menu.
      const begins = await focused(page);
      if (begins.what.startsWith("BODY")) {
        await page.keyboard.press("Tab");
        const { what } = await focused(page);
        if (!what.includes("Skip to the content") && name !== "inbox")
          found.push(`${name}: begins at ${what}`);
        await page.keyboard.press("Enter");
      }
      for (let step = 0; step < 12; step += 1) {
        await page.keyboard.press("Tab");
        const { what: at, seen, marked } = await focused(page);
        if (!seen) found.push(`${name}: the focus is out of sight at ${at}`);
        if (!marked) found.push(`${name}: nothing marks the focus at ${at}`);
      }
    }
    expect(found).toEqual([]);
    expect(opened.wrong).toEqual([]);
  }, 240_000);
});

describe("on a phone", () => {
  it("fingers find what they press, and no page goes sideways [req:web.keyboard, web.touch]", async () => {
    await using opened = await pages.logIn(world.server, { width: 390, height: 844, touch: true });
    const { page } = opened;
    expect(await page.evaluate<boolean>("matchMedia('(pointer: coarse)').matches")).toBe(true);
    await page.getByRole("button", { name: "Menu" }).tap();
    await page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Runs" }).tap();
    await page.getByRole("heading", { level: 1, name: "Runs" }).waitFor();
    const found: string[] = [];
    for (const [name, address] of Object.entries(world.pages)) {
      await page.goto(new URL(address, world.server.url).href);
      await page.waitForSelector("main h1");
      await expect.poll(() => page.locator("main").innerText()).not.toMatch(/^Reading /m);
      const small = await page
        .locator(
          "header:not(main *) button, main button, main select, main input:not([type=checkbox], [type=radio]), main textarea",
        )
        .evaluateAll((all) =>
          all.flatMap((one) => {
            const { width, height } = one.getBoundingClientRect();
            // What is small on a desk may have an edge around it that is pressed too.
            const style: (of: unknown, part: string) => { top: string } = Reflect.get(
              globalThis,
              "getComputedStyle",
            );
            const edge = Number.parseFloat(style(one, "::after").top) || 0;
            if (width === 0 || height === 0 || height - 2 * Math.min(0, edge) >= 43.5) return [];
            return [`${one.tagName} ${one.ariaLabel ?? one.textContent} is ${Math.round(height)} high`];
          }),
        );
      for (const one of new Set(small)) found.push(`${name}: ${one}`);
      const sideways = await sidewaysScroll(page);
      if (sideways > 0) found.push(`${name}: scrolls ${sideways} pixels sideways`);
    }
    expect(found).toEqual([]);
    expect(opened.wrong).toEqual([]);
  }, 240_000);
});
