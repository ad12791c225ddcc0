import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, Pages, photograph } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

/** A whole story in a browser, on a machine that does much else. */
const LONG_MS = 180_000;

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), showcase({ project: false })]);
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

describe("the example of an empty installation", () => {
  it(
    "says what is in its way, then goes at one press to finished work that is proven and reviewed [req:web.first-run.example]",
    async () => {
      await using opened = await pages.logIn(world.server);
      const { page } = opened;
      const example = page.locator("section", {
        has: page.getByRole("heading", { name: "See it work first" }),
      });
      // Whose account would be used is said on the button.
      await example
        .getByRole("button", {
          name: "Run it on the account of anthropic_api, reviewed on that of openai_api",
        })
        .waitFor();
      const place = path.join(world.dir, "data", "example");
      mkdirSync(place);
      await example.getByRole("button", { name: "Run the example task" }).click();
      await example.getByRole("alert").getByText("is in the way of the example").waitFor();
      rmSync(place, { recursive: true });
      await example.getByRole("button", { name: "Run the example task" }).click();
      await page.waitForURL(/\/ui\/tasks\/task_/);
      await page.getByRole("heading", { name: "Mend the total of the basket" }).waitFor();
      await photograph(page, "example-begun");
      const task_id = new URL(page.url()).pathname.split("/").at(-1)!;
      const task = await world.settled(task_id);
      expect(task).toMatchObject({ status: "done", agent: "scripted", usage: { cost_usd: 0 } });
      await page.getByText("scripted", { exact: true }).first().waitFor();
      await page.getByRole("link", { name: /Evidence/ }).click();
      await page.getByText("--test").first().waitFor();
      await page.getByRole("link", { name: /Review/ }).click();
      await page.getByText("scripted-reviewer").first().waitFor();
      await page.getByText("A negative quantity lowers the total").first().waitFor();
      await photograph(page, "example-done");
      expect(await axeFindings(page)).toEqual([]);
      await page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Board" }).click();
      await page
        .getByRole("region", { name: "Ready to merge" })
        .getByRole("article", { name: "Mend the total of the basket" })
        .waitFor();
      expect(opened.wrong).toEqual([]);
    },
    LONG_MS,
  );
});
