import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { axeFindings, Pages, photograph, sidewaysScroll, widths } from "./pages.ts";
import { reviewSteps } from "./review-steps.ts";
import { type Showcase, showcase } from "./showcase.ts";

let pages: Pages;
let world: Showcase;
/** Done and reviewed, then ruined by a revision: its checks fail on a newer commit. */
let ruined: string;
/** Waits for a person: its reviewer found defects in the only round there is. */
let criticised: string;
beforeAll(async () => {
  const config = "[agents.review]\nmax_rounds = 1\n";
  [pages, world] = await Promise.all([Pages.open(), showcase({ steps: reviewSteps, config })]);
  ruined = await world.submit("mend the sum");
  criticised = await world.submit("mend the sum, with findings");
  expect(await world.settled(ruined)).toMatchObject({ status: "done" });
  await world.client.call("task/revise", { task_id: ruined, prompt: "Now ruin the sum." });
  await world.until(ruined, ({ attempts }) => attempts === 2);
  const { status, head_sha, review } = await world.settled(ruined);
  expect(status).not.toBe("done");
  expect(review.commit).not.toBe(head_sha);
  expect(await world.settled(criticised)).toMatchObject({
    status: "waiting",
    block_reason: { code: "review_limit" },
  });
}, 180_000);
afterAll(async () => {
  await pages[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const tabs = ["evidence", "review", "cost", "attempts"] as const;

async function goTo(page: Page, task_id: string, tab: string): Promise<void> {
  await page.goto(new URL(`/ui/tasks/${task_id}?tab=${tab}`, world.server.url).href);
  await page.locator("main section h2").first().waitFor();
}

it("[req:web.evidence] each run shows command, exit, counts, hash and output; what an agent says is claimed", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  await goTo(page, ruined, "evidence");
  const failed = page.getByRole("article", { name: "test" }).first();
  await failed.getByText("VERIFIED").waitFor();
  await failed.getByText(/exit 1 .* 0 passed, 1 failed/).waitFor();
  await failed.getByText(/check\.js/).waitFor();
  await failed.getByText("expected 3, got 2").waitFor();
  const [newest] = (await world.client.call("task/get", { task_id: ruined })).evidence_history.slice(-1);
  await failed.getByRole("button", { name: newest!.output_sha256.slice(0, 12) }).waitFor();
  const passed = page.getByRole("article", { name: "test" }).last();
  await passed.getByText(/exit 0 .* 1 passed, 0 failed/).waitFor();
  expect(await passed.getByText("1 passed, 0 failed", { exact: true }).count()).toBe(0);
  await passed.getByRole("button", { name: "Show the output" }).click();
  await passed.getByText("1 passed, 0 failed", { exact: true }).waitFor();
  await page.getByText("an older commit").first().waitFor();
  const claims = page.locator("section", { has: page.getByText("CLAIMED") });
  await claims
    .getByText(/It is right now, trust me\. <img src=x/)
    .first()
    .waitFor();
  expect(await page.locator("main img, main a[href^=javascript]").count()).toBe(0);
  expect(await page.evaluate<boolean>("'ran' in globalThis")).toBe(false);
  expect(opened.wrong).toEqual([]);
});

it("[req:web.review] a review says when the work has moved on, and leads to what changed since", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  const { head_sha, review_history } = await world.client.call("task/get", { task_id: ruined });
  await goTo(page, ruined, "review");
  const banner = page.getByRole("status").filter({ hasText: "the head is" });
  await banner.getByText(review_history.at(-1)!.commit.slice(0, 8)).waitFor();
  await banner.getByText(head_sha!.slice(0, 8)).waitFor();
  await photograph(page, "review-stale-1440");
  await banner.getByRole("link", { name: "Show what changed since" }).click();
  const lines = page.getByRole("region", { name: "Changed lines" });
  await lines.getByText("a * b").waitFor();
  await lines.getByText("a + b").waitFor();
  expect(await lines.getByText("a - b").count()).toBe(0);
  expect(opened.wrong).toEqual([]);
});

it("[req:web.review] findings stand worst first, lead to their line and are taken over into what is asked", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  await goTo(page, criticised, "review");
  const found = page.getByRole("article");
  expect(await found.getByRole("heading").allTextContents()).toEqual([
    "Adds words <script>globalThis.ran=1</script>",
    "No word on what it adds",
  ]);
  await found.first().getByText("high, blocking").waitFor();
  await page.getByText("independent", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Accept unproven" }).first().waitFor();
  await found.first().getByRole("link", { name: "src/sum.js:1" }).click();
  const line = page.locator("[data-line].ring-1", { hasText: "a + b" });
  await line.hover();
  await page.getByRole("button", { name: "Comment on line 1", exact: true }).click();
  await page.getByRole("textbox", { name: "Comment on line 1" }).fill("Numbers only, please.");
  await page.getByRole("button", { name: "Add comment" }).click();
  await page.goBack();
  await page.getByText("1 comment on a line goes along").waitFor();
  await found.last().getByRole("checkbox", { name: "take over" }).uncheck();
  await page.getByText("The chosen finding is sent along.").waitFor();
  await page.getByRole("button", { name: "Send to the agent" }).click();
  await page.getByText("Sent. The agent works on it.").waitFor();
  await world.until(criticised, ({ revisions }) => revisions === 1);
  await world.settled(criticised);
  const prompts = await world.client.call("task/prompts", { task_id: criticised });
  const asked = prompts.findLast(({ phase, prompt }) => phase !== "review" && prompt.includes("Please mend"));
  expect(asked?.prompt).toContain("[high] src/sum.js:1: Adds words");
  expect(asked?.prompt).toContain('sum("1", 2) gives "12" and not 3.');
  expect(asked?.prompt).toContain("Numbers only, please.");
  expect(await page.evaluate<boolean>("'ran' in globalThis")).toBe(false);
  expect(opened.wrong).toEqual([]);
});

it("[req:web.task.cost] cost stands against its limits, added up and turn by turn, and unknown is unknown", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  await goTo(page, ruined, "cost");
  const limits = page.getByRole("region", { name: "What was used against each limit" });
  await limits.getByRole("row", { name: /Cost unknown/ }).waitFor();
  const sums = page.getByRole("region", { name: "Cost by stage" });
  await sums.getByRole("row", { name: /implement .* nobody knows/ }).waitFor();
  await page.getByRole("combobox", { name: "Added up by" }).selectOption("role");
  await page
    .getByRole("region", { name: "Cost by role" })
    .getByRole("row", { name: /reviewer/ })
    .waitFor();
  const { data } = await world.client.call("cost/list", { task_id: ruined });
  const turns = page.getByRole("region", { name: "Cost by turn" }).getByRole("row");
  await turns.nth(data.length).waitFor();
  expect(await turns.count()).toBe(data.length + 1);
  expect(opened.wrong).toEqual([]);
});

it("[req:web.attempts] attempts show how each ended and stand side by side; a person rates the result", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  await goTo(page, ruined, "attempts");
  const compared = page.getByRole("region", { name: "Two attempts side by side" });
  await compared.getByRole("row", { name: /Checks 1 of 1 passed 0 of 1 passed/ }).waitFor();
  await compared.getByRole("row", { name: /Review approved .* none/ }).waitFor();
  await page
    .getByRole("region", { name: "Stages" })
    .getByRole("row", { name: /validate/ })
    .first()
    .waitFor();
  await page.getByRole("textbox", { name: "Why (optional)" }).fill(`It was right before. ${"x".repeat(400)}`);
  await page.getByRole("button", { name: "Bad" }).click();
  await page.getByText(/Rated bad by .*It was right before\./).waitFor();
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
  expect((await world.client.call("task/get", { task_id: ruined })).rating).toMatchObject({ value: "down" });
  await page.getByRole("button", { name: "Take back" }).click();
  await page.getByText(/Rated bad by/).waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Show what changed between them" }).click();
  await page.getByRole("region", { name: "Changed lines" }).getByText("a * b").waitFor();
  expect(opened.wrong).toEqual([]);
});

it.each(["light", "dark"] as const)(
  "[req:web.evidence] axe finds nothing wrong with evidence, review, cost and attempts, %s",
  async (theme) => {
    await using opened = await pages.logIn(world.server, { theme });
    const { page } = opened;
    for (const tab of tabs) {
      const task_id = tab === "review" ? criticised : ruined;
      for (const width of widths) {
        await page.setViewportSize({ width, height: 900 });
        if (width === widths[0]) await goTo(page, task_id, tab);
        await photograph(page, `${tab}-${width}-${theme}`);
        expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
      }
      expect(await axeFindings(page)).toEqual([]);
    }
    expect(opened.wrong).toEqual([]);
  },
);
