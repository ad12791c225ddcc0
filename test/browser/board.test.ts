import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, Pages, photograph, type ScreenTheme, sidewaysScroll, widths } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

/** A browser at three widths, each looked through by axe, on a machine that does much else. */
const WIDTHS_MS = 180_000;

let pages: Pages;
let world: Showcase;
/** Tasks of each kind, by the column they stand in. */
const tasks = { done: "", asks: "", failed: "", blocked: "", slow: "" };

beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), showcase()]);
  tasks.slow = await world.submit("think long about the whole basket", { title: "Look at the whole basket" });
  tasks.done = await world.submit("Mend the sum", {
    title: "Mend the sum of the basket",
    labels: ["money"],
    model: "scripted-shop",
  });
  tasks.failed = await world.submit("break it", { title: "Make the basket multiply", max_attempts: 1 });
  tasks.asks = await world.submit("ask for leave first", {
    title: "Mend the sum, with leave",
    approvals: { profile: "strict" },
  });
  tasks.blocked = await world.submit("Write it down", {
    title: "Write down how sums are made",
    depends_on: [tasks.slow],
  });
  await Promise.all([tasks.done, tasks.failed].map((id) => world.settled(id)));
  await pending(world);
  await world.until(tasks.slow, ({ turns }) => turns.length > 0);
});

afterAll(async () => {
  await pages[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

/** Waits until an agent asks. */
async function pending({ client }: Showcase): Promise<void> {
  for await (const { event } of client.topic({ topic: "type:approval.requested", after_seq: 0 }))
    if (event.task_id !== null) return;
}

const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });

describe("the board", () => {
  it("groups tasks by who must act, and tells of each what matters [req:web.board.standing]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page } = opened;
    await page.getByRole("combobox", { name: "Project" }).selectOption("shop");
    const done = column(page, "Ready to merge").getByRole("article");
    await done.waitFor();
    const text = await done.innerText();
    for (const part of [
      "Mend the sum of the basket",
      "checks passed 1/1",
      "review approved",
      "anthropic_api scripted-shop",
      "harness/",
      "+1 −1 1 file",
      "tokens · cost unknown",
      "workspace-write",
    ])
      expect(text).toContain(part);
    await column(page, "Answer").getByRole("article", { name: "Mend the sum, with leave" }).waitFor();
    await column(page, "Look at").getByRole("article", { name: "Make the basket multiply" }).waitFor();
    const blocked = column(page, "Waiting").getByRole("article");
    expect(await blocked.innerText()).toContain("Blocked by Look at the whole basket");
    const slow = column(page, "Working").getByRole("article");
    await slow.getByText("read_file src/sum.js").waitFor();
    expect(await slow.innerText()).toMatch(/turn 1/);
    // The keys bring a column into sight.
    await page.setViewportSize({ width: 768, height: 900 });
    for (const key of ["j", "l", "l", "l", "l"]) await page.keyboard.press(key);
    await slow.locator(":focus").waitFor();
    const { x, width } = (await slow.boundingBox())!;
    expect(x + width).toBeLessThanOrEqual(768);
    expect(opened.wrong).toEqual([]);
  });

  it("shows how far each task is, when asked to, and says what becomes of one [req:web.board.state]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page } = opened;
    await page.getByRole("link", { name: "State" }).click();
    await page.waitForURL(/by=state/);
    await page.getByRole("combobox", { name: "Project" }).selectOption("shop");
    await column(page, "In progress").getByRole("article", { name: "Look at the whole basket" }).waitFor();
    await column(page, "Waiting").getByRole("article", { name: "Write down how sums are made" }).waitFor();
    const failed = column(page, "Done").getByRole("article", { name: "Make the basket multiply" });
    await failed.waitFor();
    await photograph(page, "board-state");
    expect(await axeFindings(page)).toEqual([]);
    await failed.getByRole("button", { name: "Retry" }).click();
    await page.getByRole("status").getByText("Make the basket multiply: failed").waitFor();
    expect(opened.wrong).toEqual([]);
  });

  it("is found in by the command bar, and one column at a time on a phone [req:web.board.phone]", async () => {
    await using opened = await pages.logIn(world.server, { width: 390, height: 844 });
    const { page } = opened;
    await page.getByRole("tab", { name: "Answer" }).click();
    const asks = page.getByRole("article", { name: "Mend the sum, with leave" });
    await asks.getByText("Asks: git log --oneline").waitFor();
    await asks.getByRole("checkbox").click();
    await photograph(page, "board-phone");
    expect(await axeFindings(page)).toEqual([]);
    expect(await sidewaysScroll(page)).toBe(0);
    await page.getByRole("tab", { name: "Answer" }).press("ArrowRight");
    await page.getByRole("article", { name: "Make the basket multiply" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("with leave");
    await page.getByRole("option", { name: "Mend the sum, with leave" }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/ui/tasks/${tasks.asks}`);
    expect(opened.wrong).toEqual([]);
  });

  it.each(["light", "dark"] as const)(
    "is accessible and fits every width in %s colours [req:web.board.accessible]",
    async (theme: ScreenTheme) => {
      for (const width of widths) {
        await using opened = await pages.logIn(world.server, { theme, width });
        const { page } = opened;
        await page.getByRole("article").first().waitFor();
        await photograph(page, `board-${width}-${theme}`);
        expect(await axeFindings(page)).toEqual([]);
        const sideways = await sidewaysScroll(page);
        expect(sideways).toBe(0);
        expect(opened.wrong).toEqual([]);
      }
    },
    WIDTHS_MS,
  );
});

it("goes on by itself when the server was stopped and started again [req:web.board.live]", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  await page.getByRole("status").getByText("5 tasks").waitFor();
  await world.restart();
  await world.submit("Count what is left", { title: "Count what is left", depends_on: [tasks.slow] });
  await page.getByRole("status").getByText("6 tasks").waitFor();
  await page.getByRole("searchbox", { name: "Filter the cards" }).fill("what is left");
  await column(page, "Waiting").getByRole("article", { name: "Count what is left" }).waitFor();
  expect(opened.wrong).toEqual([]);
});
