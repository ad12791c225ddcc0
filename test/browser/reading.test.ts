import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { axeFindings, Pages, photograph, sidewaysScroll } from "./pages.ts";
import { longFile, readingSteps } from "./reading-steps.ts";
import { type Showcase, showcase } from "./showcase.ts";

vi.setConfig({ testTimeout: 180_000 });

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([
    Pages.open(),
    showcase({ steps: readingSteps, files: { "src/long.js": longFile } }),
  ]);
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const lines = (page: Page) => page.getByRole("region", { name: "Changed lines" });
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true });

async function goTo(page: Page, address: string): Promise<void> {
  await page.goto(new URL(address, world.server.url).href);
  await lines(page).waitFor();
}

/** A task whose work is a long file with one line changed in its middle. */
async function longWork(): Promise<string> {
  const task_id = await world.submit("long work");
  expect(await world.settled(task_id)).toMatchObject({ status: "done" });
  return task_id;
}

async function comment(page: Page, line: number, text: string): Promise<void> {
  const row = lines(page).locator(`[data-line$="after:${line}"]`);
  await row.scrollIntoViewIfNeeded();
  await row.hover();
  await button(page, `Comment on line ${line}`).click();
  await page.getByRole("textbox", { name: `Comment on line ${line}` }).fill(text);
  await page.getByRole("button", { name: "Add comment" }).click();
}

/** The prompts of a task that tell of comments, the newest last. */
async function told(task_id: string): Promise<string> {
  const prompts = await world.client.call("task/prompts", { task_id });
  return prompts.map(({ prompt }) => prompt).join("\n");
}

it("[req:web.changes.more] more lines around a change are shown by buttons and by keys, to the whole file", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  const task_id = await longWork();
  await goTo(page, `/ui/tasks/${task_id}?tab=changes&file=src/long.js`);
  await lines(page).getByText("exports.row60 = 6000;").waitFor();
  expect(await lines(page).getByText("exports.row40 = 40;").count()).toBe(0);
  await button(page, "Show 20 more lines above").click();
  await lines(page).getByText("exports.row40 = 40;").waitFor();
  expect(await lines(page).getByText("exports.row30 = 30;").count()).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  await photograph(page, "changes-more-1440");
  await page.keyboard.press("l");
  await lines(page).getByText("exports.row20 = 20;").waitFor();
  await page.keyboard.press("Shift+L");
  await lines(page).getByText("exports.row1 = 1;", { exact: true }).waitFor();
  await lines(page).evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await lines(page).getByText("exports.row120 = 120;").waitFor();
  // A line the change does not touch can be commented on and pointed to, and is found again.
  await comment(page, 118, "What is this for?");
  await page.reload();
  await page.getByText("1 collected").waitFor();
  await page.getByRole("button", { name: /src\/long\.js:118/ }).click();
  await lines(page).locator(".ring-1", { hasText: "exports.row118 = 118;" }).waitFor();
  await lines(page).getByText("What is this for?").waitFor();
  expect(opened.wrong).toEqual([]);
});

it("[req:web.comments.moved] comments go with their lines when the work goes on, or say that their line is gone", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  const task_id = await longWork();
  await goTo(page, `/ui/tasks/${task_id}?tab=changes&file=src/long.js`);
  await comment(page, 60, "Why so many?");
  await comment(page, 62, "Keep this one.");
  await page.getByText("2 collected").waitFor();
  const { head_sha } = await world.client.call("task/get", { task_id });
  await world.client.call("task/revise", { task_id, prompt: "Please put a header on top." });
  const revised = await world.until(task_id, (task) => task.status === "done" && task.revisions === 1);
  expect(revised.head_sha).not.toBe(head_sha);
  // Row 60 is another line now; row 62 went two lines down.
  await lines(page).getByText("outdated").waitFor();
  await lines(page).getByText("exports.row60 = 6000;").first().waitFor();
  await page.getByRole("button", { name: /src\/long\.js:64.*Keep this one/ }).click();
  await lines(page).locator(".ring-1", { hasText: "exports.row62 = 62;" }).waitFor();
  await photograph(page, "changes-moved-1440");
  expect(await axeFindings(page)).toEqual([]);
  await page.reload();
  await page.getByText("2 collected").waitFor();
  // A link to a line of the older commit leads to where the line is now, or says that it is gone.
  await goTo(page, `/ui/tasks/${task_id}?tab=changes&file=src/long.js&line=100&at=${head_sha}`);
  await lines(page).locator(".ring-1", { hasText: "exports.row100 = 100;" }).waitFor();
  await goTo(page, `/ui/tasks/${task_id}?tab=changes&file=src/long.js&line=60&at=${head_sha}`);
  await page.getByText(/Line 60 of src\/long\.js at .* is another since/).waitFor();
  // The composer of the conversation takes them along, and says so.
  await page.getByRole("main").getByRole("link", { name: "Conversation", exact: true }).click();
  await page.getByText("2 comments on lines go along").waitFor();
  await page.getByRole("textbox", { name: "Say something to the agent" }).fill("And this.");
  await button(page, "Request changes").last().click();
  await page.getByText("go along").waitFor({ state: "detached" });
  await expect.poll(() => told(task_id), { timeout: 60_000 }).toContain("And this.");
  const words = await told(task_id);
  expect(words).toContain(`src/long.js:60 (at ${head_sha!.slice(0, 12)}, the line is another since)`);
  expect(words).toContain(`src/long.js:64 (at ${revised.head_sha!.slice(0, 12)})`);
  expect(opened.wrong).toEqual([]);
});

it("[req:web.comments.sent] a request for changes takes the collected comments along", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  const task_id = await longWork();
  await goTo(page, `/ui/tasks/${task_id}?tab=changes&file=src/long.js`);
  await comment(page, 60, "Explain the number.");
  await button(page, "Request changes w e").or(button(page, "Request changes")).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("1 comment on a line goes along").waitFor();
  await photograph(page, "changes-request-1440");
  await dialog.getByRole("button", { name: "Request changes" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("0 collected").waitFor();
  await world.until(task_id, ({ revisions }) => revisions === 1);
  await expect.poll(() => told(task_id), { timeout: 60_000 }).toContain("Explain the number.");
  await world.settled(task_id);
  expect(opened.wrong).toEqual([]);
});

it("[req:web.changes.talk] the change of a conversation is read and commented on like that of a task", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  const { thread_id } = await world.client.call("thread/start", { project: "shop", agent: "anthropic_api" });
  await page.goto(`${world.server.url}/ui/conversations/${thread_id}`);
  const words = page.getByRole("textbox", { name: "Say something to the agent" });
  await words.fill("Do the long work");
  await words.press("Control+Enter");
  await page.getByText("I did the long work.").first().waitFor();
  await expect
    .poll(async () => (await world.client.call("thread/get", { thread_id })).status, { timeout: 30_000 })
    .toBe("idle");
  const { head_sha } = await world.client.call("thread/get", { thread_id });
  await goTo(page, `/ui/conversations/${thread_id}?file=src/long.js&line=60&at=${head_sha}`);
  await lines(page).locator(".ring-1", { hasText: "exports.row60 = 6000;" }).waitFor();
  await button(page, "Split").click();
  await page.getByRole("button", { name: "Show the whole file src/long.js" }).click();
  await lines(page).getByText("exports.row50 = 50;").first().waitFor();
  await button(page, "Split").click();
  await page.getByRole("button", { name: "Ignore white space" }).click();
  await lines(page).getByText("exports.row50 = 50;").waitFor();
  await page.getByRole("button", { name: "Ignore white space" }).click();
  await goTo(page, `/ui/conversations/${thread_id}?file=src/long.js&line=62&at=${head_sha}`);
  await comment(page, 62, "Keep this one.");
  await photograph(page, "conversation-changes-1440");
  expect(await axeFindings(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 900 });
  expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
  await photograph(page, "conversation-changes-390");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByText("1 comment on a line goes along").waitFor();
  await words.fill("Please put a header on top");
  await words.press("Control+Enter");
  await page.getByText("goes along").waitFor({ state: "detached" });
  await page.getByText("The header is there.").first().waitFor();
  const { data } = await world.client.call("thread/items", { thread_id, limit: 100 });
  expect(data.some(({ item }) => item.role === "user" && item.text?.includes("src/long.js:62"))).toBe(true);
  await lines(page).getByText("// A long file.").waitFor();
  // The link from before the head moved leads to the same line.
  await goTo(page, `/ui/conversations/${thread_id}?file=src/long.js&line=62&at=${head_sha}`);
  await lines(page).locator(".ring-1", { hasText: "exports.row62 = 62;" }).waitFor();
  expect(opened.wrong).toEqual([]);
});

it("[req:web.copy] what a browser without a clipboard cannot copy is selected for a person to copy", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  await page.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined });");
  const task_id = await longWork();
  await goTo(page, `/ui/tasks/${task_id}?tab=changes`);
  const { head_sha } = await world.client.call("task/get", { task_id });
  await page.locator(`button[title="Copy ${head_sha}"]`).last().click();
  await page.getByText("The browser gives no clipboard at this address.").waitFor();
  expect(await page.evaluate<string>("getSelection().toString()")).toBe(head_sha);
  expect(await axeFindings(page)).toEqual([]);
  await photograph(page, "copy-by-hand-1440");
  await page.keyboard.press("Escape");
  await page.getByRole("textbox", { name: "Text to copy" }).waitFor({ state: "detached" });
  expect(await page.evaluate<string>("document.activeElement.title")).toBe(`Copy ${head_sha}`);
  expect(opened.wrong).toEqual([]);
});
