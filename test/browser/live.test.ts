import { rmSync } from "node:fs";
import path from "node:path";
import type { HarnessClient } from "@harness/client";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startScriptedModel } from "../../packages/server/src/agents/testing/index.ts";
import { makeRepository } from "../../packages/server/test/support/git-fixture.ts";
import { type ServerProcess, startServerProcess } from "../../packages/server/test/support/server-process.ts";
import { testDir } from "../../packages/server/test/support/test-app.ts";
import { axeFindings, Pages, photograph } from "./pages.ts";
import { showcaseScenario } from "./showcase-scenario.ts";

/** What the agent that thinks long says first. */
const FIRST = "I look around first.";

/** A server process that can be killed and comes back at its address, with agents driven by a SCRIPTED model. */
interface World extends AsyncDisposable {
  server: ServerProcess;
  /** As a power cut does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  loginUrl(): Promise<string>;
  submit(title: string, prompt: string): Promise<string>;
}

let pages: Pages;
let world: World;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), startWorld()]);
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

async function startWorld(): Promise<World> {
  const dir = testDir("live");
  const model = await startScriptedModel({ scenario: showcaseScenario });
  const config = `[agents.anthropic_api]
base_url = "${model.url}"
api_key = "k"
default_model = "scripted-shop"
`;
  const start = (port: string) =>
    startServerProcess({
      dir,
      config,
      env: { HARNESS_PORT: port, HARNESS_ALLOWED_PROJECT_ROOTS: dir },
    });
  const server = await start("0");
  const { port } = new URL(server.url);
  const root = makeRepository(path.join(dir, "shop"), {
    "src/sum.js": "module.exports = (a, b) => a - b;\n",
    "check.js": "if (require('./src/sum.js')(1, 2) !== 3) process.exit(1);\n",
  });
  await server.client.call("project/create", {
    root,
    id: "shop",
    validation: [{ name: "test", argv: [process.execPath, "check.js"] }],
    review: { enabled: false },
  });
  return {
    server,
    kill: () => world.server.kill("SIGKILL"),
    async start() {
      world.server = await start(port);
    },
    loginUrl: async () => (await world.server.client.call("auth/login_code", {})).url,
    submit: async (title, prompt) =>
      (
        await world.server.client.call("task/create", {
          project: "shop",
          title,
          prompt,
          agent: "anthropic_api",
        })
      ).task_id,
    async [Symbol.asyncDispose]() {
      await world.server.kill("SIGTERM");
      await model.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function ended(client: HarnessClient, ...ids: string[]): Promise<void> {
  const open = new Set(ids);
  for await (const { event } of client.topic({ topic: "type:task.ended", after_seq: 0 })) {
    open.delete(event.task_id ?? "");
    if (open.size === 0) return;
  }
}

const logIn = async () => {
  const url = await world.loginUrl();
  return pages.logIn({ loginUrl: () => url });
};
const connection = (page: Page) => page.getByRole("navigation", { name: "Screens" }).getByRole("status");
const lines = (page: Page) => page.getByRole("region", { name: "Lines" });
/** A page that was read anew has lost it. */
const mark = (page: Page) => page.evaluate<void>("globalThis.kept = 'here'");
const kept = (page: Page) => page.evaluate<boolean>("globalThis.kept === 'here'");
/** Every card of the board: its column and its title, in the order they are seen. */
const cards = (page: Page) =>
  page
    .getByRole("article")
    .evaluateAll((all) =>
      all.map(
        (card) =>
          `${card.closest("section")?.getAttribute("aria-label")}: ${card.querySelector("h3")?.textContent}`,
      ),
    );
const titles = async (page: Page) => (await cards(page)).map((card) => card.replace(/^.*?: /, ""));

describe("an open page", () => {
  it("goes on after the server was killed and started again, without a reload [req:web.live]", {
    timeout: 240_000,
  }, async () => {
    const done = await world.submit("Mend the sum", "Mend the sum");
    await ended(world.server.client, done);
    const slow = await world.submit("Think about the sum", "think long");
    await using board = await logIn();
    await using task = await logIn();
    await using log = await logIn();
    await task.page.goto(`${world.server.url}/ui/tasks/${slow}`);
    await log.page.goto(`${world.server.url}/ui/tasks/${slow}?tab=logs`);
    await log.page.getByRole("button", { name: "Raw", exact: true }).click();
    await lines(log.page).getByText("Task started, attempt 1").waitFor();
    const talk = task.page.getByRole("region", { name: "Conversation" });
    await talk.getByText(FIRST).first().waitFor();
    await board.page.getByRole("article", { name: "Think about the sum" }).waitFor();
    for (const { page } of [board, task, log]) await mark(page);
    await world.kill();
    for (const { page } of [board, task]) {
      await connection(page)
        .getByText(/Disconnected for \d+ s, reconnecting/)
        .waitFor();
      await connection(page)
        .getByText(/Last event/)
        .waitFor();
    }
    await photograph(board.page, "board-disconnected");
    expect(await axeFindings(board.page)).toEqual([]);
    await world.start();
    for (const { page } of [board, task]) await connection(page).getByText("Live").waitFor();
    const { client } = world.server;
    const more = await Promise.all([1, 2, 3].map((n) => world.submit(`Mend it again ${n}`, "Mend the sum")));
    await ended(client, ...more);
    // What was at work when the server died is at work again, and says what it said once more.
    await talk.getByText(FIRST).first().waitFor();
    const { data } = await client.call("task/list", { limit: 100 });
    const expected = data.map(({ title }) => title).sort();
    await expect.poll(async () => (await titles(board.page)).sort()).toEqual(expected);
    expect(await kept(board.page)).toBe(true);
    expect(await kept(task.page)).toBe(true);
    // Two pages show the same in the same order, one of them read just now.
    await using fresh = await logIn();
    await expect.poll(async () => (await titles(fresh.page)).length).toBe(data.length);
    await expect.poll(() => cards(board.page)).toEqual(await cards(fresh.page));
    await task.page.getByRole("button", { name: "Cancel", exact: true }).click();
    await task.page.getByRole("button", { name: "Cancel 1 task" }).click();
    await board.page.getByRole("article", { name: "Think about the sum" }).getByText("cancelled").waitFor();
    await conversationIsTrue(task.page, client, slow);
    await logIsTrue(log.page, client, slow);
    expect(await kept(log.page)).toBe(true);
    for (const { wrong } of [board, task, log, fresh]) expect(wrong).toEqual([]);
  });

  it("says that it is offline, and catches up [req:web.live]", async () => {
    await using opened = await logIn();
    const { page } = opened;
    await connection(page).getByText("Live").waitFor();
    await mark(page);
    await page.context().setOffline(true);
    await connection(page)
      .getByText(/Disconnected for/)
      .waitFor();
    await world.submit("Said while nobody heard", "Mend the sum");
    await page.context().setOffline(false);
    await page.getByRole("article", { name: "Said while nobody heard" }).waitFor();
    await connection(page).getByText("Live").waitFor();
    expect(await kept(page)).toBe(true);
    expect(opened.wrong).toEqual([]);
  });

  it("is signed out at once when the token is replaced [req:web.live]", async () => {
    await using opened = await logIn();
    const { page } = opened;
    await connection(page).getByText("Live").waitFor();
    await world.server.client.call("token/rotate", {});
    await page.getByText("Nobody is logged in with this browser.").waitFor();
    await photograph(page, "signed-out");
    expect(await axeFindings(page)).toEqual([]);
    expect(await page.getByRole("article").count()).toBe(0);
    expect(opened.wrong).toEqual([]);
  });
});

/** Compares what the conversation shows with what the server has: nothing is missing, nothing there twice. */
async function conversationIsTrue(page: Page, client: HarnessClient, task_id: string): Promise<void> {
  const { data: threads } = await client.call("thread/list", { task_id });
  // The newest of them is shown.
  const [newest] = threads.filter(({ role }) => role === "implementer");
  const { data } = await client.call("thread/items", { thread_id: newest?.id ?? "", limit: 500 });
  const said = data.filter(({ item }) => item.kind === "message" && item.text?.startsWith(FIRST));
  expect(said.length).toBeGreaterThan(0);
  const shown = page.getByRole("region", { name: "Conversation" }).getByText(FIRST);
  await expect.poll(() => shown.count()).toBe(said.length);
}

/** Compares the end of the log, as it is shown, with what the server tells of it: no line is missing, none there twice. */
async function logIsTrue(page: Page, client: HarnessClient, task_id: string): Promise<void> {
  const whole: string[] = [];
  for await (const line of client.log(task_id)) whole.push(line);
  expect(whole.some((line) => line.includes("Task cancelled"))).toBe(true);
  const shown = async () =>
    (await lines(page).locator("[data-index]").allTextContents()).map((row) => row.trim());
  await expect.poll(async () => (await shown()).at(-1)).toBe(whole.at(-1));
  const rows = await shown();
  expect(rows.length).toBeGreaterThan(5);
  expect(rows).toEqual(whole.slice(-rows.length).map((line) => line.trim()));
}
