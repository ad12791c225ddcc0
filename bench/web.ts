import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { makeRepository } from "../packages/server/test/support/git-fixture.ts";
import { launchChromium } from "../test/browser/chromium.ts";
import { type Showcase, showcase } from "../test/browser/showcase.ts";

/** A server with the built dashboard, and a real headless Chromium to look at it with. */
export interface WebBench extends AsyncDisposable {
  readonly world: Showcase;
  /** A page of a browser that was never here, at its login address. */
  visit(look: (page: Page, loginUrl: string) => Promise<void>): Promise<void>;
}

/** Starts both. The agents of the server are driven by a SCRIPTED model. */
export async function webBench(): Promise<WebBench> {
  const [world, browser]: [Showcase, Browser] = await Promise.all([showcase(), launchChromium()]);
  return {
    world,
    async visit(look) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      await look(await context.newPage(), world.server.loginUrl());
      await context.close();
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await world[Symbol.asyncDispose]();
    },
  };
}

/** Gives the server this many tasks, of a project that starts none of them. */
export async function fillBoard({ client, dir }: Showcase, tasks: number): Promise<void> {
  const root = makeRepository(path.join(dir, "store"), { "README.md": "# Store\n" });
  await client.call("project/create", { root, id: "store", validation: "none" });
  await client.call("project/update", { project: "store", active: false });
  for (let from = 0; from < tasks; from += 100)
    await client.call("task/create_batch", {
      tasks: Array.from({ length: Math.min(100, tasks - from) }, (_, n) => ({
        prompt: "Count the boxes",
        title: `Count box ${from + n + 1}`,
        project: "store",
        agent: "anthropic_api",
      })),
    });
}
