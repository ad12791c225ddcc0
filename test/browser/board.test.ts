import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, Pages, photograph, type ScreenTheme, widths } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

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
    await slow.getByText("I look around first.").waitFor();
    expect(await slow.innerText()).toMatch(/turn 1/);
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
        const sideways = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
        expect(sideways).toBe(0);
        expect(opened.wrong).toEqual([]);
      }
    },
  );
});
