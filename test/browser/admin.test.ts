import { HarnessClient } from "@harness/client";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, looksRight, Pages, photograph } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([
    Pages.open(),
    showcase({
      steps: [
        {
          name: "used up",
          match: { prompt: "use it up" },
          answers: [
            [
              {
                error: {
                  status: 429,
                  type: "rate_limit_error",
                  message: "used up",
                  headers: { "retry-after": "7200", "anthropic-ratelimit-unified-status": "rejected" },
                },
              },
            ],
          ],
        },
      ],
    }),
  ]);
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

/** A page at an address. */
const open = (address: string) => pages.logInAt(world.server, address);

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

describe("agents", () => {
  it("are shown with what they do, why they are parked, and work again on a word [req:web.agents]", async () => {
    const slow = await world.submit("Take the slow road");
    await world.until(slow, ({ turns }) => turns.length > 0);
    await using opened = await open("/ui/agents");
    const { page } = opened;
    const card = page.getByRole("article", { name: "anthropic_api" });
    await card.getByRole("link", { name: "Take the slow road" }).waitFor();
    await card.getByText("working on 1").waitFor();
    await looksRight(opened, "agents");
    await world.client.call("task/cancel", { task_id: slow });
    await card.getByText("ready").waitFor();
    const task = await world.submit("Please use it up");
    await card.getByText(/The account is parked since/).waitFor();
    await card.getByText(/It is tried again by itself in 2 h/).waitFor();
    await looksRight(opened, "agents-parked");
    await world.client.call("task/cancel", { task_id: task });
    await button(page, "It works again: anthropic_api").click();
    await card.getByText("Its account works again").waitFor();
    await button(page, "Look again").click();
    await card.getByText("ready").waitFor();
    expect(opened.wrong).toEqual([]);
  });
});

describe("settings", () => {
  it("make a token that is shown once and take it back [req:web.tokens]", async () => {
    await using opened = await open("/ui/settings");
    const { page } = opened;
    await button(page, "Make a token").click();
    const dialog = page.getByRole("dialog", { name: "Make a token" });
    await dialog.getByLabel("Name").fill("my program");
    await button(page, "Make the token").click();
    await dialog.getByRole("alert").getByText("expected letters").waitFor();
    await dialog.getByLabel("Name").fill("my-program");
    await dialog.getByRole("checkbox", { name: "submit" }).uncheck();
    await button(page, "Make the token").click();
    await dialog.getByText("It is shown this once").waitFor();
    const token = (await dialog.getByTitle(/^Copy /).getAttribute("title"))?.slice("Copy ".length) ?? "";
    const program = new HarnessClient({ url: world.server.url, token });
    await program.call("project/list", {});
    await expect(program.call("project/update", { project: "shop" })).rejects.toMatchObject({
      code: "forbidden",
    });
    await button(page, "I have it").click();
    expect(await page.content()).not.toContain(token);
    await looksRight(opened, "settings");
    await button(page, "Revoke my-program").click();
    await button(page, "Revoke the token").click();
    await page.getByText("No token was made").waitFor();
    await expect(program.call("project/list", {})).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("keep the colours over a reload [req:web.settings]", async () => {
    await using opened = await open("/ui/settings");
    const { page, wrong } = opened;
    const theme = () => page.evaluate<string | undefined>("document.documentElement.dataset.theme");
    await page.getByRole("radio", { name: "Dark" }).check();
    expect(await theme()).toBe("dark");
    await page.reload();
    await page.getByRole("radio", { name: "Dark" }).waitFor();
    expect(await page.getByRole("radio", { name: "Dark" }).isChecked()).toBe(true);
    expect(await theme()).toBe("dark");
    await page.getByRole("radio", { name: "As this machine" }).check();
    expect(await theme()).toBeUndefined();
    await page.getByRole("main").getByRole("button", { name: "Show the keys" }).click();
    await page.getByRole("dialog", { name: "Keys" }).getByText("New task").waitFor();
    await page.keyboard.press("Escape");
    await button(page, "Send a test over all channels").click();
    await page.getByText("There is no channel.").waitFor();
    expect(wrong).toEqual([]);
  });

  it("tell once in the browser what begins to wait out of sight [req:web.notes]", async () => {
    await using opened = await open("/ui/settings");
    const { page, wrong } = opened;
    await page.context().grantPermissions(["notifications"], { origin: world.server.url });
    // The notes are the page's to make; what the system does with them is written down instead of shown.
    await page.evaluate(`
      window.told = [];
      const Real = window.Notification;
      window.Notification = class {
        static permission = "granted";
        static requestPermission = async () => "granted";
        constructor(title, options) { this.body = options.body; window.told.push(this); }
        close() {}
      };
    `);
    await page.getByRole("checkbox", { name: "Tell me when something waits for me" }).check();
    await page.evaluate(`
      Object.defineProperty(document, "visibilityState", { configurable: true, get: () => "hidden" });
    `);
    const task = await world.submit("Ask for leave", { approvals: { profile: "strict" } });
    await expect.poll(() => page.evaluate("window.told.length"), { timeout: 30_000 }).toBe(1);
    expect(await page.title()).toMatch(/^\(\d+\) Harness$/);
    expect(await page.evaluate("window.told[0].body")).toContain("anthropic_api");
    await page.evaluate("window.told[0].onclick()");
    await page.getByRole("heading", { name: "Approvals" }).waitFor();
    await world.client.call("task/cancel", { task_id: task });
    expect(wrong).toEqual([]);
  });

  it("log another browser in, and everybody out when the token is replaced [req:web.token-rotation]", async () => {
    await using opened = await open("/ui/settings");
    const { page, wrong } = opened;
    await button(page, "Make a login address").click();
    const address = page.getByTitle(/^Copy http.*code=/);
    const url = (await address.getAttribute("title"))?.slice("Copy ".length) ?? "";
    await using other = await pages.logIn({ loginUrl: () => url });
    await other.page.getByRole("heading", { name: "Board" }).waitFor();
    await button(page, "Replace the token of the server …").click();
    await page.getByRole("dialog").getByText("every login of a browser").waitFor();
    await photograph(page, "settings-rotate-1440-light");
    expect(await axeFindings(page)).toEqual([]);
    await button(page, "Replace it and log everybody out").click();
    await page.getByText("Nobody is logged in with this browser").waitFor();
    expect(wrong).toEqual([]);
  });
});
