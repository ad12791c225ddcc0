import { afterAll, beforeAll, expect, it } from "vitest";
import { axeFindings, Pages, photograph, sidewaysScroll, widths } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

/** A whole story in a browser, on a machine that does much else. */
const LONG_MS = 180_000;

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), showcase()]);
  // Without a command that proves it, finished work waits for a person.
  await world.client.call("project/update", { project: "shop", validation: [] });
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

it(
  "a problem says what is stuck and why, and what helps is pressed where it stands [req:web.problems.press]",
  async () => {
    const task_id = await world.submit("Mend the sum", { title: "Mend the sum of the basket" });
    expect(await world.settled(task_id)).toMatchObject({
      status: "waiting",
      block_reason: { code: "no_validation" },
    });
    await using opened = await pages.logIn(world.server);
    const { page } = opened;
    const address = new URL("/ui/problems", world.server.url).href;
    for (const theme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(address);
        await page.getByText("Mend the sum of the basket").waitFor();
        await photograph(page, `problems-${width}-${theme}`);
        expect(await axeFindings(page)).toEqual([]);
        expect(await sidewaysScroll(page)).toBe(0);
      }
    }
    const row = page.getByRole("listitem").filter({ hasText: "Mend the sum of the basket" });
    await row.getByText("no validation", { exact: true }).waitFor();
    await row.getByRole("button", { name: "Accept unproven" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("shown in its grade").waitFor();
    await dialog.getByRole("button", { name: "Accept unproven" }).click();
    await page.getByText("Nothing is stuck").waitFor();
    expect(await world.settled(task_id)).toMatchObject({ status: "done" });
    expect(opened.wrong).toEqual([]);
  },
  LONG_MS,
);
