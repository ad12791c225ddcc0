import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, Pages, photograph, sidewaysScroll, widths } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

/** A whole story in a browser, or three widths each looked through by axe, on a machine that does much else. */
const LONG_MS = 180_000;

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), showcase({ project: false, inRepository: true })]);
});
afterAll(async () => {
  await pages[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

describe("the board of an empty installation", () => {
  it.each(["light", "dark"] as const)(
    "says how to begin and what is missing, in %s colours [req:web.first-run.accessible]",
    async (theme) => {
      for (const width of widths) {
        await using opened = await pages.logIn(world.server, { theme, width });
        const { page } = opened;
        await page.getByRole("heading", { name: "Welcome to Harness" }).waitFor();
        await page.getByRole("button", { name: "Add this folder" }).waitFor();
        await page.getByRole("button", { name: "Run the example task" }).waitFor();
        const checks = page.getByRole("list").filter({ hasText: "sandbox" });
        await checks.waitFor();
        await photograph(page, `first-run-${width}-${theme}`);
        expect(await axeFindings(page)).toEqual([]);
        expect(await sidewaysScroll(page)).toBe(0);
        expect(opened.wrong).toEqual([]);
      }
    },
    LONG_MS,
  );

  it(
    "adds the folder the server was started in, takes a task and shows it done [req:web.first-run.story]",
    async () => {
      await using opened = await pages.logIn(world.server);
      const { page } = opened;
      await page.getByLabel("Or another folder").fill("/nowhere/at/all");
      await page.getByRole("button", { name: "Look at it" }).click();
      await page.getByRole("alert").getByText("There is no directory /nowhere/at/all").waitFor();
      expect(await page.getByLabel("Or another folder").inputValue()).toBe("/nowhere/at/all");
      const found = page.getByRole("region", { name: "shop" });
      expect(await found.innerText()).toContain("main");
      await found.getByRole("button", { name: "Add this folder" }).click();
      await page.getByRole("heading", { name: "Board" }).waitFor();
      await page.getByText("No tasks yet").waitFor();
      await world.client.call("project/update", {
        project: "shop",
        validation: [{ name: "test", argv: [process.execPath, "check.js"] }],
      });
      await page.keyboard.press("c");
      await page.getByRole("heading", { name: "New task" }).waitFor();
      await page.getByRole("textbox", { name: "What to do" }).fill("Mend the sum of the basket");
      await page.getByRole("combobox", { name: "Agent" }).selectOption("anthropic_api");
      await page.getByRole("combobox", { name: "Reviewer" }).selectOption("openai_api");
      await photograph(page, "first-run-task");
      await page.keyboard.press("Control+Enter");
      await page.waitForURL(/\/ui\/tasks\/task_/);
      const task_id = new URL(page.url()).pathname.split("/").at(-1)!;
      await page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Board" }).click();
      await page.waitForURL(/\/ui\/board/);
      expect(await world.settled(task_id)).toMatchObject({
        status: "done",
        title: "Mend the sum of the basket",
      });
      const ready = page.getByRole("region", { name: "Ready to merge" });
      await ready.getByRole("article", { name: "Mend the sum of the basket" }).waitFor({ timeout: 90_000 });
      await ready.getByRole("button", { name: "Land …" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Land 1 task" }).click();
      await page.getByText("the commit that was proven").waitFor();
      await page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).last().click();
      await page
        .getByRole("region", { name: "Done", exact: true })
        .getByRole("article", { name: "Mend the sum of the basket" })
        .waitFor();
      expect(opened.wrong).toEqual([]);
    },
    LONG_MS,
  );
});
