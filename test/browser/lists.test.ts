import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, Pages, photograph, widths } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

let pages: Pages;
let world: Showcase;
let mended: string;
let broken: string;
beforeAll(async () => {
  [pages, world] = await Promise.all([
    Pages.open(),
    showcase({ config: "[concurrency]\nmax_concurrent_tasks = 2" }),
  ]);
  [mended, broken] = await Promise.all([world.submit("Make sum add"), world.submit("Please break it")]);
  await Promise.all([world.settled(mended), world.settled(broken)]);
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

describe("the approvals inbox", () => {
  it("shows exactly what is asked, by which rule, and answers it [req:web.inbox]", async () => {
    const task = await world.submit("Ask for leave", { approvals: { profile: "strict" } });
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Approvals" }).click();
    const card = page.getByRole("article", { name: /asks leave/ });
    await card.waitFor();
    const [asked] = (await world.client.call("approval/list", { task_id: task })).data;
    expect(await card.textContent()).toContain(asked?.command);
    expect(await card.textContent()).toContain(asked?.why);
    expect(await page.title()).toBe("(1) Harness");
    expect(await axeFindings(page)).toEqual([]);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await photograph(page, `inbox-${width}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.keyboard.press("a");
    const allowed = async () =>
      (await world.client.call("approval/list", { task_id: task, status: "allowed" })).data;
    await expect.poll(async () => (await allowed())[0]?.id).toBe(asked?.id);
    expect((await allowed())[0]).toMatchObject({ decided_by: "person", scope: "once" });
    // Under this profile everything asks: what is written next does too.
    await card.getByText("asks leave to write").waitFor();
    await page.keyboard.press("a");
    expect((await world.settled(task)).status).toBe("done");
    await page.getByText("Nobody waits for your answer").waitFor();
    await expect.poll(() => page.title()).toBe("Harness");
    expect(wrong).toEqual([]);
  });
});

describe("the list of what is stuck", () => {
  it("names the reason and does what helps [req:web.screens]", async () => {
    const { status } = await world.client.call("task/get", { task_id: broken });
    expect(status).toBe("failed");
    await using opened = await pages.logIn(world.server, { theme: "dark" });
    const { page } = opened;
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.getByRole("heading", { name: "Problems" }).waitFor();
    await photograph(page, "problems-dark");
    expect(await axeFindings(page)).toEqual([]);
    expect(opened.wrong).toEqual([]);
  });
});

describe("the runs", () => {
  it("are found by words and judged with a comment [req:web.screens]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Runs" }).click();
    // The board, which is left, has a link of that name too, and a filter for that key.
    await page.getByRole("searchbox", { name: "Search in titles" }).waitFor();
    await page.getByRole("link", { name: "Make sum add" }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("break");
    await page.getByRole("link", { name: "Make sum add" }).waitFor({ state: "detached" });
    expect(new URL(page.url()).searchParams.get("q")).toBe("break");
    await page.getByRole("button", { name: "Thumbs down for Please break it" }).click();
    await page.getByLabel("Comment").fill("It multiplied.");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("It multiplied.").waitFor();
    const { rating } = await world.client.call("task/get", { task_id: broken });
    expect(rating).toMatchObject({ value: "down", comment: "It multiplied.", by: "person" });
    await page.getByRole("button", { name: "Clear" }).click();
    await page.getByRole("link", { name: "Make sum add" }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await photograph(page, `runs-${width}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe("the queue", () => {
  it("shows what starts next and lets it be moved [req:web.screens]", async () => {
    const running = await Promise.all([world.submit("a slow one"), world.submit("another slow one")]);
    await Promise.all(running.map((id) => world.until(id, ({ status }) => status === "implementing")));
    const first = await world.submit("First in the queue");
    const second = await world.submit("Second in the queue");
    await using opened = await pages.logIn(world.server, { theme: "dark" });
    const { page, wrong } = opened;
    await page.getByRole("navigation", { name: "Screens" }).getByRole("link", { name: "Queue" }).click();
    const queued = page
      .getByRole("region", { name: "Queued tasks in the order they start" })
      .getByRole("link");
    await queued.nth(1).waitFor();
    expect(await queued.allTextContents()).toEqual(["First in the queue", "Second in the queue"]);
    await page.getByRole("button", { name: "Raise the priority of Second in the queue" }).click();
    await expect.poll(() => queued.allTextContents()).toEqual(["Second in the queue", "First in the queue"]);
    await expect
      .poll(async () => (await world.client.call("task/get", { task_id: second })).priority)
      .toBe(1);
    expect(await axeFindings(page)).toEqual([]);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await photograph(page, `queue-dark-${width}`);
    }
    expect(wrong).toEqual([]);
    for (const task_id of [...running, first, second]) await world.client.call("task/cancel", { task_id });
  });
});
