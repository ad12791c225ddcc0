import type { BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Pages } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

/** More than the connections a browser opens to one server for what is fetched. */
const WINDOWS = 8;

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([
    Pages.open(),
    showcase({ config: `[concurrency]\nmax_concurrent_tasks = ${WINDOWS}` }),
  ]);
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const talk = (page: Page) => page.getByRole("region", { name: "Conversation" });

async function openTask(context: BrowserContext, id: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${world.server.url}/ui/tasks/${id}`);
  await talk(page).getByText("I look around first.").first().waitFor();
  return page;
}

it(`${WINDOWS} windows of one browser follow as many tasks at once, and each answers [req:web.windows]`, {
  timeout: 240_000,
}, async () => {
  await world.client.call("project/update", { project: "shop", max_concurrent: WINDOWS });
  const ids = await Promise.all(
    Array.from({ length: WINDOWS }, (_, n) => world.submit("think long", { title: `Think ${n}` })),
  );
  await using opened = await pages.logIn(world.server);
  const { page: first, wrong } = opened;
  const context = first.context();
  await first.goto(`${world.server.url}/ui/tasks/${ids[0]}`);
  const open = [first];
  for (const id of ids.slice(1)) open.push(await openTask(context, id));
  // Each hears of its own: what is said now is in the window of its task and nowhere else.
  const scopes = await Promise.all(
    ids.map(async (task_id) => {
      const { project_id, turns } = await world.client.call("task/get", { task_id });
      return { project_id, task_id, thread_id: turns[0]!.thread_id, turn_id: turns[0]!.id, actor: "model" };
    }),
  );
  await world.log.write(async (tx) => {
    for (const [n, scope] of scopes.entries())
      await tx.append({ ...scope, type: "message.delta", data: { item_id: null, text: `words of ${n}.` } });
  });
  for (const [n, page] of open.entries()) {
    await talk(page).getByText(`words of ${n}.`).waitFor();
    expect(
      await talk(page)
        .getByText(/^words of/)
        .count(),
    ).toBe(1);
  }
  // And each still loads what it has not shown yet.
  for (const page of open) {
    await page.getByRole("main").getByRole("link", { name: "Logs", exact: true }).click();
    await page.getByRole("region", { name: "Events" }).getByText("attempt.started").waitFor();
    await page.getByRole("button", { name: "Raw", exact: true }).click();
    await page.getByRole("region", { name: "Lines" }).getByText("Task started, attempt 1").waitFor();
  }
  await world.restart();
  for (const page of open)
    await page.getByRole("region", { name: "Lines" }).getByText("Task started, attempt 2").waitFor();
  expect(wrong).toEqual([]);
});
