import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FullWorld, fullWorld } from "./full-world.ts";
import { axeFindings, Pages, photograph, sidewaysScroll, widths } from "./pages.ts";

let pages: Pages;
let world: FullWorld;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), fullWorld()]);
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** Opens a page and waits until everything on it was read. */
async function open(page: Page, address: string): Promise<void> {
  await page.goto(new URL(address, world.server.url).href);
  await page.waitForSelector("main h1");
  await expect.poll(() => page.locator("main").innerText(), { timeout: 20_000 }).not.toMatch(/^Reading /m);
}

describe("every screen", () => {
  it.each(["light", "dark"] as const)(
    "passes axe and fits every width in %s colours [req:web.accessible]",
    { timeout: 600_000 },
    async (theme) => {
      await using opened = await pages.logIn(world.server, { theme });
      const { page, wrong } = opened;
      const found: string[] = [];
      for (const [name, address] of Object.entries(world.pages)) {
        await page.setViewportSize({ width: widths[0], height: 900 });
        await open(page, address);
        for (const width of widths) {
          await page.setViewportSize({ width, height: 900 });
          const sideways = await sidewaysScroll(page);
          if (sideways > 0) found.push(`${name}: scrolls ${sideways} pixels sideways at ${width}`);
          await photograph(page, `screen-${name}-${width}-${theme}`);
          for (const finding of await axeFindings(page)) found.push(`${name} at ${width}: ${finding}`);
        }
      }
      expect(found).toEqual([]);
      expect(wrong).toEqual([]);
    },
  );
});
