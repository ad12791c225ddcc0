import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { elementsOf, flood, lastOfFlood, tellLongTasks, watchLongTasks } from "./flood.ts";
import { axeFindings, type OpenPage, Pages, photograph, sidewaysScroll, widths } from "./pages.ts";
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

/** The page of a task, opened. */
async function open(task_id: string, tab = "conversation"): Promise<OpenPage> {
  const opened = await pages.logIn(world.server);
  await opened.page.goto(`${world.server.url}/ui/tasks/${task_id}?tab=${tab}`);
  return opened;
}

const talk = (page: Page) => page.getByRole("region", { name: "Conversation" });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Everything axe finds, in both themes. */
async function axeInBoth(page: Page): Promise<string[]> {
  const found = await axeFindings(page);
  await page.emulateMedia({ colorScheme: "dark" });
  found.push(...(await axeFindings(page)));
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}

describe("the page of a task", () => {
  it("shows the work from the queue to the branch without a reload, and every view of it [req:web.task, web.talk.live]", async () => {
    const id = await world.submit("Mend the sum");
    await using opened = await open(id);
    const { page } = opened;
    await page.getByText("branch published").waitFor();
    await talk(page).getByText("node check.js passes.").waitFor();
    const command = talk(page).getByRole("button", { name: /node check\.js .*exit 0/ });
    expect(await command.textContent()).toMatch(/\d+ m?s/);
    await command.click();
    await talk(page).getByText("1 passed, 0 failed").waitFor();
    // Both threads of the task can be read.
    await page.getByRole("button", { name: /^reviewer/ }).click();
    await talk(page).getByText("The sum is right and small.").waitFor();
    await page.getByRole("button", { name: /^implementer/ }).click();
    // By keys: to the log and back, and to where one writes.
    await page.keyboard.press("v");
    await page.keyboard.press("l");
    await page.getByRole("region", { name: "Events" }).waitFor();
    await page.keyboard.press("v");
    await page.keyboard.press("t");
    await talk(page).waitFor();
    await page.keyboard.press("m");
    await page.waitForFunction("document.activeElement?.tagName === 'TEXTAREA'");
    for (const stage of ["implement", "validate", "review", "publish"])
      await page.getByRole("listitem").filter({ hasText: stage }).first().waitFor();
    expect(await axeInBoth(page)).toEqual([]);
    const views = [
      ["Changes", "src/sum.js"],
      ["Evidence", "VERIFIED"],
      ["Review", "The sum is right and small."],
      ["Logs", "branch.published"],
      ["Cost", "openai_api"],
      ["Attempts", "succeeded"],
    ] as const;
    for (const [view, shown] of views) {
      await page.getByRole("main").getByRole("link", { name: view, exact: true }).click();
      await page.locator("main").getByText(shown).first().waitFor();
    }
    expect(opened.wrong).toEqual([]);
  });

  it("looks right at every width in both themes [req:web.talk.small]", async () => {
    const id = await world.submit("Mend the sum and take a picture of it");
    await world.settled(id);
    for (const theme of ["light", "dark"] as const)
      for (const width of widths) {
        await using opened = await pages.logIn(world.server, { width, theme });
        const { page } = opened;
        await page.goto(`${world.server.url}/ui/tasks/${id}`);
        await talk(page).getByText("node check.js passes.").waitFor();
        await photograph(page, `task-conversation-${width}-${theme}`);
        const sideways = await sidewaysScroll(page);
        expect(sideways).toBeLessThanOrEqual(0);
        await page.goto(`${world.server.url}/ui/tasks/${id}?tab=logs`);
        await page.getByText("task.ended").waitFor();
        await photograph(page, `task-logs-${width}-${theme}`);
        expect(opened.wrong).toEqual([]);
      }
  });

  it("answers a question of the agent where it is asked [req:web.talk.approve]", async () => {
    const id = await world.submit("Mend it with my leave", { approvals: { profile: "strict" } });
    await using opened = await open(id);
    const { page } = opened;
    const card = page.getByRole("article", { name: /asks leave to run/ });
    await card.getByText("git log --oneline").first().waitFor();
    await photograph(page, "task-approval-1440-light");
    expect(await axeInBoth(page)).toEqual([]);
    await card.getByRole("button", { name: "Allow once" }).click();
    const write = page.getByRole("article", { name: /asks leave to write/ });
    await write.getByText("src/sum.js").first().waitFor();
    await write.getByRole("button", { name: "Deny …" }).click();
    await write.getByLabel(/Why not/).fill("Not this file.");
    await write.getByRole("button", { name: "Deny", exact: true }).click();
    await talk(page).getByText("Done, with your leave.").waitFor();
    const { data } = await world.client.call("approval/list", { task_id: id, status: "denied" });
    expect(data.map(({ reason }) => reason)).toEqual(["Not this file."]);
    expect(opened.wrong).toEqual([]);
  });

  it("asks a person for leave for work that changes its own judges, and retries with other limits [req:web.talk.approve]", async () => {
    const id = await world.submit("Mend it under new rules");
    await using opened = await open(id);
    const { page } = opened;
    const card = page.getByRole("article", { name: /changed what later work is judged by/ });
    await card.getByText("AGENTS.md").first().waitFor();
    await page.getByRole("link", { name: "Answer in the conversation" }).waitFor();
    await photograph(page, "task-protected-1440-light");
    expect(await axeInBoth(page)).toEqual([]);
    await card.getByRole("button", { name: "Deny …" }).click();
    await card.getByLabel(/Why not/).fill("The rules stay.");
    await card.getByRole("button", { name: "Deny", exact: true }).click();
    await world.until(id, ({ status }) => status !== "waiting" && status !== "publishing");
    await world.client.call("task/cancel", { task_id: id }).catch(() => {});
    await button(page, "Retry with …").click();
    await page.getByLabel(/Most turns/).fill("7");
    await photograph(page, "task-retry-1440-light");
    expect(await axeInBoth(page)).toEqual([]);
    await page.getByRole("dialog").getByRole("button", { name: "Retry", exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect((await world.client.call("task/get", { task_id: id })).limits.max_turns).toBe(7);
    await world.client.call("task/cancel", { task_id: id });
    expect(opened.wrong).toEqual([]);
  });

  it("steers, stops, goes on, cancels and retries [req:web.talk.steer]", async () => {
    const id = await world.submit("Take the slow road");
    await using opened = await open(id);
    const { page } = opened;
    await talk(page).getByText("I look around first.").waitFor();
    await talk(page)
      .getByRole("button", { name: /sleep 600 .*running/ })
      .waitFor();
    const words = page.getByRole("textbox", { name: "Say something to the agent" });
    await words.fill("Mind the tests in @sum");
    await page.getByRole("option", { name: "src/sum.js" }).click();
    expect(await words.inputValue()).toBe("Mind the tests in @src/sum.js ");
    // What was typed is there after a reload.
    await page.reload();
    expect(await words.inputValue()).toBe("Mind the tests in @src/sum.js ");
    await words.press("Control+Enter");
    await talk(page)
      .or(page.getByRole("region", { name: "Not heard yet" }))
      .getByText("Mind the tests")
      .first()
      .waitFor();
    expect(await words.inputValue()).toBe("");
    await button(page, "Stop").click();
    await page.getByText("Waits for you").waitFor();
    await photograph(page, "task-waiting-1440-light");
    expect(await axeInBoth(page)).toEqual([]);
    await button(page, "Cancel").click();
    await button(page, "Cancel 1 task").click();
    await page.getByRole("heading", { level: 1 }).getByText("cancelled").waitFor();
    await button(page, "Retry").click();
    await talk(page)
      .getByRole("button", { name: /sleep 600 .*running/ })
      .waitFor();
    await world.client.call("task/cancel", { task_id: id });
    expect(opened.wrong).toEqual([]);
  });

  it("follows the log until somebody scrolls up, and says how much came since [req:web.talk.logs]", async () => {
    const id = await world.submit("Take the slow road again");
    await using opened = await open(id, "logs");
    const { page } = opened;
    const events = page.getByRole("region", { name: "Events" });
    await events.getByText("item.completed").first().waitFor();
    await page.setViewportSize({ width: 1440, height: 300 });
    await events.evaluate((element) => element.scrollTo(0, 0));
    await button(page, "To the newest").waitFor();
    await world.client.call("task/cancel", { task_id: id });
    await page.getByRole("button", { name: /^\d+ new$/ }).click();
    await events.getByText("task.ended").waitFor();
    await button(page, "Raw").click();
    const lines = page.getByRole("region", { name: "Lines" });
    await lines.getByText(/^\[INFO\] Task started/).waitFor();
    await page.getByText("The task is over: nothing more comes.").waitFor();
    await page.getByRole("searchbox", { name: "Only lines with" }).fill("Stage setup");
    await lines.getByText("[INFO] Stage setup").first().waitFor();
    expect(await lines.getByText("Task started").count()).toBe(0);
    expect(await axeInBoth(page)).toEqual([]);
    expect(opened.wrong).toEqual([]);
  });

  it("stays a page people can use while 5,000 events a second go into an open log [req:web.talk.flood]", async () => {
    const task_id = await world.submit("Take the slow road a third time");
    const { turns, project_id } = await world.until(task_id, ({ turns: all }) => all.length > 0);
    const { thread_id, id: turn_id } = turns[0]!;
    await using opened = await open(task_id, "logs");
    const { page } = opened;
    await button(page, "Raw").click();
    const lines = page.getByRole("region", { name: "Lines" });
    await lines.getByText("Stage implement").first().waitFor();
    const longTasks = await watchLongTasks(page);
    const scope = { project_id, task_id, thread_id, turn_id, actor: "anthropic_api" };
    const took = await flood(world, (n) => ({
      ...scope,
      type: "item.completed",
      data: { item: { id: `said ${n}`, kind: "message", text: `line ${n} of the flood` } },
    }));
    await lines.getByText(`line ${lastOfFlood} of the flood`).waitFor();
    await page.getByText(/^\d+ older lines are not shown/).waitFor();
    expect(await elementsOf(page)).toBeLessThan(1_500);
    tellLongTasks("into an open log", took, await longTasks());
    await world.client.call("task/cancel", { task_id });
    expect(opened.wrong).toEqual([]);
  });
});
