// `node scripts/pictures.ts`: takes the pictures of the dashboard that the readme shows, from a real server whose agents
// are driven by a SCRIPTED model.
import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { fullWorld } from "../test/browser/full-world.ts";
import { Pages } from "../test/browser/pages.ts";

const folder = path.join(import.meta.dirname, "..", "docs", "pictures");
/** A picture in a readme is looked at small. */
const MOST_BYTES = 120_000;

mkdirSync(folder, { recursive: true });
await using world = await fullWorld();
await using pages = await Pages.open();
await take("board", "light", world.pages["board"], (page) => page.getByRole("article").nth(5).waitFor());
await take("task", "light", world.pages["task-conversation"], (page) =>
  page.getByText("node check.js passes.").first().waitFor(),
);
await take("changes", "dark", world.pages["task-changes"], (page) =>
  page.getByRole("region", { name: "Changed lines" }).getByText("a + b").waitFor(),
);
await take("approvals", "light", world.pages["inbox"], (page) => page.getByRole("article").first().waitFor());

async function take(
  name: string,
  theme: "light" | "dark",
  address: string | undefined,
  ready: (page: Page) => Promise<void>,
): Promise<void> {
  await using opened = await pages.logIn(world.server, { theme, width: 1200, height: 640 });
  await opened.page.goto(new URL(address ?? "/", world.server.url).href);
  await ready(opened.page);
  const file = path.join(folder, `${name}.png`);
  await opened.page.screenshot({ path: file });
  const { size } = statSync(file);
  if (size > MOST_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MOST_BYTES}.`);
  console.log(`${file}: ${size} bytes`);
}
