import { afterAll, beforeAll, expect, it } from "vitest";
import { axeFindings, Pages } from "./pages.ts";
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

it("a login address opens the board, and axe finds nothing wrong with it", async () => {
  await using opened = await pages.logIn(world.server);
  expect(new URL(opened.page.url()).pathname).toBe("/ui/board");
  expect(await axeFindings(opened.page)).toEqual([]);
  expect(opened.wrong).toEqual([]);
});
