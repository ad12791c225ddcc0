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

const talk = (page: Page) => page.getByRole("region", { name: "Conversation" });
const words = (page: Page) => page.getByRole("textbox", { name: "Say something to the agent" });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Everything axe finds, in both themes. */
async function axeInBoth(page: Page): Promise<string[]> {
  const found = await axeFindings(page);
  await page.emulateMedia({ colorScheme: "dark" });
  found.push(...(await axeFindings(page)));
  await page.emulateMedia({ colorScheme: "light" });
  return found;
}

/** A conversation with something said in it. */
async function talked(...inputs: readonly string[]): Promise<string> {
  const { thread_id } = await world.client.call("thread/start", { project: "shop", agent: "anthropic_api" });
  for (const input of inputs) await say(thread_id, input);
  return thread_id;
}

/** Says something and waits for the end of its turn. */
async function say(thread_id: string, input: string): Promise<void> {
  await world.client.call("turn/start", { thread_id, input });
  for await (const { event } of world.client.stream("thread", { thread_id, after_seq: 0 }))
    if (event.type === "thread.status_changed" && event.data.status === "idle") {
      const { status } = await world.client.call("thread/get", { thread_id });
      if (status === "idle") return;
    }
}

async function open(thread_id: string): Promise<OpenPage> {
  const opened = await pages.logIn(world.server);
  await opened.page.goto(`${world.server.url}/ui/conversations/${thread_id}`);
  return opened;
}

describe("a conversation", () => {
  it("is started, found, talked in, looked at and published as CLAIMED [req:web.talk.start]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page } = opened;
    await page.getByRole("link", { name: "Conversations" }).click();
    await button(page, "Start a conversation").first().click();
    await page.getByRole("combobox", { name: "Agent" }).selectOption("anthropic_api");
    await page.getByRole("textbox", { name: "Title" }).fill("About the sum");
    await photograph(page, "conversation-start-1440-light");
    expect(await axeInBoth(page)).toEqual([]);
    await button(page, "Start").click();
    await page.getByRole("heading", { level: 1, name: "About the sum" }).waitFor();
    await words(page).fill("Hello");
    await words(page).press("Control+Enter");
    await talk(page).getByText("Hello. What shall I look at?").waitFor();
    await words(page).fill("Please write the notes");
    await button(page, "Send").click();
    await talk(page).getByText("The notes are written.").waitFor();
    await button(page, "Show").click();
    await page.getByRole("region", { name: "Changed lines" }).getByText("The sum subtracts.").waitFor();
    await photograph(page, "conversation-change-1440-light");
    expect(await axeInBoth(page)).toEqual([]);
    await button(page, "Publish …").click();
    await button(page, "Publish as CLAIMED").click();
    await page.getByRole("dialog").getByText("CLAIMED: published as").waitFor();
    await page.getByRole("dialog").locator("div").getByRole("button", { name: "Close" }).last().click();
    await page.getByText("published as", { exact: false }).first().waitFor();
    await page.getByRole("link", { name: "Conversations" }).click();
    await page.getByRole("searchbox").fill("about sum");
    await page.getByRole("link", { name: /About the sum/ }).waitFor();
    expect(await axeInBoth(page)).toEqual([]);
    await page.getByRole("searchbox").fill("nothing of the kind");
    await page.getByText("No conversation fits").waitFor();
    expect(opened.wrong).toEqual([]);
  });

  it("is forked, goes back to a turn, and is deleted [req:web.talk.back]", async () => {
    const thread_id = await talked("Hello", "Please write the notes");
    await using opened = await open(thread_id);
    const { page } = opened;
    await talk(page).getByText("The notes are written.").waitFor();
    await button(page, "Fork").first().click();
    await page.getByRole("link", { name: "forked from here" }).waitFor();
    await talk(page).getByText("Hello. What shall I look at?").waitFor();
    expect(await talk(page).getByText("The notes are written.").count()).toBe(0);
    await page.getByRole("link", { name: "forked from here" }).click();
    await talk(page).getByText("The notes are written.").waitFor();
    await button(page, "Go back to here").first().click();
    await button(page, "Go back").click();
    await talk(page).getByText("rolled back", { exact: true }).waitFor();
    await talk(page).getByText("The notes are written.").waitFor({ state: "detached" });
    await button(page, "Delete …").click();
    await button(page, "Delete it").click();
    await page.getByRole("heading", { level: 1, name: "Conversations" }).waitFor();
    await expect(world.client.call("thread/get", { thread_id })).rejects.toThrow(thread_id);
    expect(opened.wrong).toEqual([]);
  });

  it("takes more words while the agent works: queued, changed, removed, steered; and is stopped [req:web.talk.queue]", async () => {
    const thread_id = await talked();
    await using opened = await open(thread_id);
    const { page } = opened;
    await words(page).fill("Take it slowly");
    await words(page).press("Control+Enter");
    await talk(page).getByText("I think about it.").waitFor();
    await button(page, "Queue").waitFor();
    const queued = page.getByRole("region", { name: "Queued" });
    for (const text of ["Then say hello", "Never say this"]) {
      await words(page).fill(text);
      await words(page).press("Control+Enter");
      await queued.getByText(text).waitFor();
    }
    await queued.getByRole("button", { name: "Change: Then say hello" }).click();
    await queued.getByLabel("What is said instead").fill("Then say good day");
    await button(page, "Save").click();
    await queued.getByText("Then say good day").waitFor();
    await queued.getByRole("button", { name: "Remove: Never say this" }).click();
    await queued.getByText("Never say this").waitFor({ state: "detached" });
    await words(page).fill("Look at the check too");
    await words(page).press("Shift+Control+Enter");
    await talk(page).getByText("Look at the check too").waitFor();
    await photograph(page, "conversation-busy-1440-light");
    expect(await axeInBoth(page)).toEqual([]);
    await button(page, "Stop").click();
    // Whether what waits is said after all is for the person who stopped the agent.
    await button(page, "Go on").click();
    await talk(page).getByText("Then say good day").waitFor();
    await queued.waitFor({ state: "detached" });
    await talk(page).getByRole("heading", { name: "Turn 2" }).waitFor();
    expect(await talk(page).getByText("Never say this").count()).toBe(0);
    await button(page, "Stop").click();
    await button(page, "Stop").waitFor({ state: "detached" });
    expect(opened.wrong).toEqual([]);
  });

  it("keeps what was typed when it is refused and when the page is loaded again [req:web.talk.typed]", async () => {
    const thread_id = await talked("Hello");
    await using opened = await open(thread_id);
    const { page } = opened;
    await page.route("**/threads/*/turns", (route) => route.abort());
    await words(page).fill("These words must stay");
    await words(page).press("Control+Enter");
    await page.getByRole("alert").getByText("cannot be reached").waitFor();
    expect(await words(page).inputValue()).toBe("These words must stay");
    await page.reload();
    expect(await words(page).inputValue()).toBe("These words must stay");
    await page.unroute("**/threads/*/turns");
    await words(page).press("Control+Enter");
    await talk(page).getByText("These words must stay").waitFor();
    expect(await words(page).inputValue()).toBe("");
  });

  it("points to one item by its address [req:web.talk.links]", async () => {
    const thread_id = await talked("Hello", "Please write the notes");
    const { data } = await world.client.call("thread/items", { thread_id });
    const { seq, turn_id } = data.find(({ item }) => item.text === "Hello")!;
    await using opened = await open(thread_id);
    const { page } = opened;
    await page.goto(`${world.server.url}/ui/conversations/${thread_id}?turn=${turn_id}&item=${seq}`);
    await page.locator("[data-entry].outline-2").getByText("Hello", { exact: true }).waitFor();
    expect(opened.wrong).toEqual([]);
  });

  it("looks right at every width in both themes [req:web.talk.small]", async () => {
    const thread_id = await talked("Hello", "Please write the notes");
    for (const theme of ["light", "dark"] as const)
      for (const width of widths) {
        await using opened = await pages.logIn(world.server, { width, theme });
        const { page } = opened;
        await page.goto(`${world.server.url}/ui/conversations/${thread_id}`);
        await talk(page).getByText("The notes are written.").waitFor();
        await photograph(page, `conversation-${width}-${theme}`);
        expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
        await page.goto(`${world.server.url}/ui/conversations`);
        await page.getByRole("link", { name: /turns/ }).first().waitFor();
        await photograph(page, `conversations-${width}-${theme}`);
        expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
        expect(opened.wrong).toEqual([]);
      }
  });

  it("catches up after the server was started again, without a reload, a gap or a double [req:web.talk.resume]", async () => {
    const thread_id = await talked("Hello");
    await using opened = await open(thread_id);
    const { page } = opened;
    await talk(page).getByText("Hello. What shall I look at?").waitFor();
    await page.evaluate("window.loaded = 'once'; undefined");
    await world.restart();
    await say(thread_id, "And again");
    await talk(page).getByText("And again").waitFor();
    await talk(page).getByText("Hello. What shall I look at?").nth(1).waitFor();
    expect(await talk(page).getByText("Hello. What shall I look at?").count()).toBe(2);
    // A machine that is off the network for a while is no different.
    await page.context().setOffline(true);
    await say(thread_id, "While nobody heard");
    await page.context().setOffline(false);
    await talk(page).getByText("While nobody heard").waitFor();
    await talk(page).getByText("Hello. What shall I look at?").nth(2).waitFor();
    expect(await talk(page).getByText("While nobody heard").count()).toBe(1);
    expect(await page.evaluate<string>("window.loaded")).toBe("once");
    expect(opened.wrong).toEqual([]);
  });

  it("stays a page people can use while 5,000 pieces a second are said [req:web.talk.flood]", async () => {
    const thread_id = await talked("Hello");
    const { data } = await world.client.call("thread/items", { thread_id });
    const turn_id = data.at(-1)!.turn_id;
    const { project_id } = await world.client.call("thread/get", { thread_id });
    await using opened = await open(thread_id);
    const { page } = opened;
    await talk(page).getByText("Hello. What shall I look at?").waitFor();
    const longTasks = await watchLongTasks(page);
    const scope = { project_id, task_id: null, thread_id, turn_id, actor: "anthropic_api" };
    const took = await flood(world, (n) => ({
      ...scope,
      type: "message.delta",
      data: { item_id: null, text: `piece ${n} of what is said; ` },
    }));
    // The page answers while they arrive, and shows the last of them.
    await words(page).fill("I can still write");
    await page.locator("[data-saying]").getByText(`piece ${lastOfFlood} of what is said`).waitFor();
    const shown = await page.locator("[data-saying]").textContent();
    expect(shown!.length).toBeLessThan(10_000);
    expect(await elementsOf(page)).toBeLessThan(1_500);
    tellLongTasks("into a conversation", took, await longTasks());
    expect(opened.wrong).toEqual([]);
  });
});
