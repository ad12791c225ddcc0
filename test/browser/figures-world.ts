import type { Page } from "playwright-core";
import { type Showcase, showcase } from "./showcase.ts";

/** Prices of one of two models, and budgets: one that counts, one that would have stopped, one that stops. */
const config = `
[concurrency]
max_concurrent_tasks = 4
[prices."scripted-shop"]
input = 3
output = 15
[prices."scripted-dear"]
input = 30
output = 150
[[budgets]]
name = "shop-month"
project = "shop"
period = "month"
max_tokens = 50_000_000
[[budgets]]
name = "worth"
period = "month"
mode = "shadow"
max_budget_usd = 50
[[budgets]]
name = "reviews"
agent = "openai_api"
mode = "shadow"
max_turns = 1
warn_at = [50]
[[budgets]]
name = "dear"
model = "scripted-dear"
max_turns = 1
`;

/** A server with tasks that used models of known and of unknown price, one that works and one that a budget holds. */
export async function figuresWorld(): Promise<Showcase> {
  const world = await showcase({ config });
  const ids = await Promise.all([
    world.submit("Make sum add", { title: "=Mend the sum of the basket" }),
    world.submit("Please break it", { max_attempts: 1 }),
    world.submit("Make sum add, dearly", { model: "scripted-dear" }),
  ]);
  const slow = await world.submit("think long about it");
  await Promise.all(ids.map((id) => world.settled(id)));
  const held = await world.submit("Make sum add once more", { model: "scripted-dear" });
  await world.until(held, ({ block_reason }) => block_reason?.code === "budget");
  await world.until(slow, ({ turns }) => turns.length > 0);
  return world;
}

/** The texts of a table's cells, row by row. */
export async function cells(page: Page, caption: string): Promise<string[][]> {
  const rows = page.getByRole("table", { name: caption }).locator("tbody tr");
  await rows.first().waitFor();
  const found: string[][] = [];
  for (const row of await rows.all()) found.push(await row.locator("td").allInnerTexts());
  return found;
}
