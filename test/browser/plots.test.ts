import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cells, figuresWorld } from "./figures-world.ts";
import { Pages } from "./pages.ts";
import type { Showcase } from "./showcase.ts";

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), figuresWorld()]);
}, 240_000);
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const address = (path: string) => new URL(path, world.server.url).href;

/** Colours of the first plot, by how many pixels have each. */
const pixelsOf = (page: Page, token: string) =>
  page.evaluate<number>(`(() => {
    const canvas = document.querySelector("figure canvas");
    const ink = getComputedStyle(document.documentElement).getPropertyValue("--${token}").trim();
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(ink.slice(at, at + 2), 16));
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === r && data[at + 1] === g && data[at + 2] === b && data[at + 3] === 255) found += 1;
    return found;
  })()`);

describe("plots", () => {
  it("are drawn, and say the same as a sentence and a table [req:web.plots]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await page.goto(address("/ui/operations?days=7&project=shop"));
    await page.locator("figure canvas").nth(5).waitFor();
    await expect.poll(() => pixelsOf(page, "accent")).toBeGreaterThan(50);
    const { days } = await world.client.call("stats/series", { days: 7, project_id: ["shop"] });
    const figure = page.getByRole("figure", { name: "Throughput" });
    await figure.getByText(/^3 tasks ended|^2 tasks ended/).waitFor();
    await figure.getByText("Show the figures").click();
    const table = await cells(page, "Figures of Throughput");
    const words = (n: number) => String(n);
    expect(table.map((row) => row.slice(1))).toEqual(
      days.map(({ ended }) =>
        [ended.done, ended.no_change, ended.failed, ended.budget_exhausted, ended.cancelled].map(words),
      ),
    );
    await page.getByRole("combobox", { name: "Days" }).selectOption("30");
    await expect.poll(() => figure.locator("tbody tr").count()).toBe(30);
    expect(new URL(page.url()).searchParams.get("days")).toBe("30");
    // What the pointer is at is said in words.
    await figure.locator(".u-over").hover({ position: { x: 200, y: 60 } });
    await figure
      .getByRole("listitem")
      .filter({ hasText: /^\d+ \w+ 2\d{3}$/ })
      .waitFor();
    expect(wrong).toEqual([]);
  });

  it("are painted anew in other colours [req:web.plots.theme]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await page.goto(address("/ui/operations"));
    await page.locator("figure canvas").first().waitFor();
    await expect.poll(() => pixelsOf(page, "accent")).toBeGreaterThan(50);
    const picture = () => page.evaluate<string>('document.querySelector("figure canvas").toDataURL()');
    const light = await picture();
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(picture).not.toBe(light);
    await expect.poll(() => pixelsOf(page, "accent")).toBeGreaterThan(50);
    await page.evaluate<string>('document.documentElement.dataset.theme = "light"');
    await expect.poll(picture).toBe(light);
    expect(wrong).toEqual([]);
  });
});
