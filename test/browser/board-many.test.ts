import path from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeRepository } from "../../packages/server/test/support/git-fixture.ts";
import { axeFindings, Pages, photograph } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

/** Tasks of the project that starts nothing. */
const MANY = 1_000;

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), showcase()]);
  await fillStore(world);
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** A project that starts nothing, with many tasks that wait. */
async function fillStore({ client, dir }: Showcase): Promise<void> {
  const root = makeRepository(path.join(dir, "store"), { "README.md": "# Store\n" });
  await client.call("project/create", { root, id: "store", validation: "none" });
  await client.call("project/update", { project: "store", active: false });
  for (let batch = 0; batch < MANY / 100; batch += 1)
    await client.call("task/create_batch", {
      tasks: Array.from({ length: 100 }, (_, n) => ({
        prompt: "Count the boxes",
        title: `Count box ${batch * 100 + n + 1}`,
        project: "store",
        agent: "anthropic_api",
      })),
    });
}

const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

/** How a server refuses another priority. */
const refusal = {
  type: "about:blank",
  title: "Conflict",
  status: 409,
  detail: "It has ended.",
  code: "illegal_transition",
  error: "illegal_transition",
};

describe("a board of a thousand tasks", () => {
  const open = async (search: string) => {
    const opened = await pages.logIn(world.server);
    await opened.page.goto(new URL(`/ui/board?${search}`, world.server.url).href);
    await opened.page.getByRole("article").first().waitFor();
    return opened;
  };
  /** The tasks of the store that are seen, from the top. */
  const seen = (page: Page) =>
    page.locator('[data-scroller="pending"] li').evaluateAll((rows) =>
      rows
        .map(
          (row) => [Number(row.getAttribute("aria-posinset")), row.querySelector("h3")?.textContent] as const,
        )
        .sort(([a], [b]) => a - b)
        .map(([, title]) => title),
    );
  const at = (page: Page, place: number) =>
    page.locator(`[data-scroller="pending"] li[aria-posinset="${place}"]`);
  const focused = (page: Page) => page.locator(":focus").textContent();

  it("keeps few cards on the page while it scrolls to the last [req:web.board]", async () => {
    await using opened = await open("project=store");
    const { page } = opened;
    await page.getByRole("status").getByText("1,000 tasks").waitFor();
    await column(page, "Waiting").getByText("1,000").waitFor();
    const scroller = page.locator('[data-scroller="pending"]');
    let most = 0;
    for (let share = 0; share <= 10; share += 1) {
      await scroller.evaluate((element, part) => {
        element.scrollTop = element.scrollHeight * part;
      }, share / 10);
      await page.getByRole("article").nth(3).waitFor();
      most = Math.max(most, await page.locator("main *").count());
    }
    await page.getByRole("article", { name: "Count box 1000", exact: true }).waitFor();
    expect(most).toBeLessThan(1_500);
    expect(opened.wrong).toEqual([]);
  });

  it("is moved over, selected and opened by keys [req:web.board.keys]", async () => {
    await using opened = await open("project=store&q=box+99");
    const { page } = opened;
    await page.getByRole("status").getByText("19 of 1,000 tasks").waitFor();
    await page.keyboard.press("j");
    expect(await focused(page)).toBe("Count box 99");
    await page.keyboard.press("j");
    expect(await focused(page)).toBe("Count box 199");
    await page.keyboard.press("k");
    await page.keyboard.press("x");
    await page.keyboard.press("Shift+J");
    await page.keyboard.press("Shift+J");
    const bar = page.getByRole("region", { name: "Selected tasks" });
    await bar.getByText("3 selected").waitFor();
    await photograph(page, "board-selection");
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await bar.waitFor({ state: "detached" });
    await page.keyboard.press("Shift+?");
    await page.getByRole("dialog", { name: "Keys" }).getByText("Open the card").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("/");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("box 999");
    await page.getByRole("status").getByText("1 of 1,000 tasks").waitFor();
    expect(new URL(page.url()).searchParams.get("q")).toBe("box 999");
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/ui\/tasks\/task_/);
    expect(opened.wrong).toEqual([]);
  });

  it("changes priorities by keys and by dragging a card, at once [req:web.board.prioritize]", async () => {
    await using opened = await open("project=store");
    const { page } = opened;
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("+");
    await at(page, 1).getByText("high").waitFor();
    expect((await seen(page)).slice(0, 2)).toEqual(["Count box 2", "Count box 1"]);
    const box = page.getByRole("article", { name: "Count box 3", exact: true });
    const from = (await box.boundingBox())!;
    await page.mouse.move(from.x + 100, from.y + 60);
    await page.mouse.down();
    await page.mouse.move(from.x + 120, from.y + 40, { steps: 3 });
    const place = column(page, "Waiting").getByText("urgent", { exact: true });
    const to = (await place.boundingBox())!;
    await page.mouse.move(to.x + 20, to.y + 10, { steps: 3 });
    await photograph(page, "board-drag");
    await page.mouse.up();
    await at(page, 1).getByRole("heading", { name: "Count box 3", exact: true }).waitFor();
    const changed: Record<string, number> = {};
    for await (const { event } of world.client.topic({ topic: "type:task.prioritized", after_seq: 0 })) {
      const task = await world.client.call("task/get", { task_id: event.task_id! });
      changed[task.title] = task.priority;
      if (Object.keys(changed).length === 2) break;
    }
    expect(changed).toEqual({ "Count box 2": 1, "Count box 3": 2 });
    // What the server refuses is put back, and said.
    await page.route(/\/tasks\/task_[^/]+$/, (route) =>
      route.request().method() === "PATCH"
        ? route.fulfill({
            status: 409,
            contentType: "application/problem+json",
            body: JSON.stringify(refusal),
          })
        : route.continue(),
    );
    await page.keyboard.press("+");
    await page.getByRole("alert").getByText("It has ended.").waitFor();
    await at(page, 2).getByRole("article", { name: "Count box 2", exact: true }).getByText("high").waitFor();
    await page.getByRole("button", { name: "Dismiss" }).click();
    await page.getByRole("alert").waitFor({ state: "detached" });
    expect(opened.wrong).toEqual([]);
  });

  it("cancels what is selected, after it asked [req:web.board.actions]", async () => {
    await using opened = await open("project=store&q=box+77");
    const { page } = opened;
    await page.getByRole("checkbox", { name: "Select Count box 77", exact: true }).click();
    await page.getByRole("checkbox", { name: "Select Count box 177", exact: true }).click();
    await page.keyboard.press("w");
    await page.keyboard.press("c");
    const dialog = page.getByRole("dialog", { name: "Cancel 2 tasks?" });
    await dialog.getByText("Count box 177").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await column(page, "Done").getByRole("article", { name: "Count box 177", exact: true }).waitFor();
    await page.getByRole("region", { name: "Selected tasks" }).waitFor({ state: "detached" });
    expect(opened.wrong).toEqual([]);
  });
});
