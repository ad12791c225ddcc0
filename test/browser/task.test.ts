import { afterAll, beforeAll, expect, it } from "vitest";
import { axeFindings, Pages, photograph } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), showcase()]);
});
afterAll(async () => {
  await pages[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

it("a task is watched from its queue to its branch", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  const id = await world.submit("Mend the sum");
  await page.goto(`${new URL(page.url()).origin}/ui/tasks/${id}`);
  await page.getByText("branch published").waitFor();
  await page.waitForTimeout(1500);
  await photograph(page, "task-conversation-1440-light");
  expect(await axeFindings(page)).toEqual([]);
  expect(opened.wrong).toEqual([]);
});
