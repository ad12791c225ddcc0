import { readFileSync } from "node:fs";
import { costGroups, type Result } from "@harness/protocol";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { count, money } from "../../packages/dashboard/src/ui/figures.ts";
import { axeFindings, Pages, photograph, sidewaysScroll, widths } from "./pages.ts";
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

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), showcase({ config })]);
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
}, 240_000);
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const address = (path: string) => new URL(path, world.server.url).href;

/** The texts of a table's cells, row by row. */
async function cells(page: Page, caption: string): Promise<string[][]> {
  const rows = page.getByRole("table", { name: caption }).locator("tbody tr");
  await rows.first().waitFor();
  const found: string[][] = [];
  for (const row of await rows.all()) found.push(await row.locator("td").allInnerTexts());
  return found;
}

type Sum = Result<"cost/sum">["data"][number];

/** What stands in the cell of a cost. */
function said({ cost_usd, cost_known_usd, unknown_turns }: Sum): string {
  if (cost_usd !== null) return money(cost_usd);
  const known = cost_known_usd > 0 ? `at least ${money(cost_known_usd)}` : "unknown";
  return `${known}\n${unknown_turns} ${unknown_turns === 1 ? "turn" : "turns"} of unknown cost`;
}

/** Colours of the first plot, by how many pixels have each. */
const pixelsOf = (page: Page, token: string) =>
  page.evaluate<number>(`(() => {
    const canvas = document.querySelector("figure canvas");
    const ink = getComputedStyle(document.documentElement).getPropertyValue("--${token}").trim();
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(ink.slice(at, at + 2), 16));
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4)
      if (data[at] === r && data[at + 1] === g && data[at + 2] === b && data[at + 3] === 255) found += 1;
    return found;
  })()`);

describe("the cost", () => {
  it("is what the ledger says, by each thing, and unknown is never nothing [req:web.cost]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await page.getByRole("link", { name: "Cost", exact: true }).click();
    for (const by of costGroups) {
      await page.getByRole("combobox", { name: "Added up by" }).selectOption(by);
      await page.getByRole("table", { name: `Cost by ${by}` }).waitFor();
      expect(new URL(page.url()).searchParams.get("by")).toBe(by);
      const { data } = await world.client.call("cost/sum", { by });
      const shown = await cells(page, `Cost by ${by}`);
      expect(shown.map(([, cost, , turns, input]) => [cost, turns, input]).sort()).toEqual(
        data.map((sum) => [said(sum), count(sum.turns), count(sum.input_tokens)]).sort(),
      );
    }
    await page.getByRole("combobox", { name: "Since" }).selectOption("all");
    expect(new URL(page.url()).searchParams.get("days")).toBe("all");
    await page.goto(address("/ui/cost?by=model&days=30"));
    const models = await cells(page, "Cost by model");
    expect(models.find(([model]) => model === "scripted-reviewer")?.[1]).toMatch(
      /^unknown\n\d turns? of unknown cost$/,
    );
    expect(models.find(([model]) => model === "scripted-shop")?.[1]).toMatch(/^\$/);
    expect(await page.getByRole("combobox", { name: "Since" }).inputValue()).toBe("30");
    const turns = await cells(page, "Turns, newest first");
    expect(turns.some((row) => row.includes("by your prices"))).toBe(true);
    expect(turns.some((row) => row[5] === "unknown" && row[6] === "unknown")).toBe(true);
    await page.getByRole("link", { name: "=Mend the sum of the basket" }).first().click();
    await page.waitForURL(/\/ui\/tasks\/task_.*turn=/);
    expect(wrong).toEqual([]);
  });

  it("is saved as a table no program takes for formulas [req:web.cost.csv]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await page.goto(address("/ui/cost?by=model&days=all"));
    await page.getByRole("table", { name: "Cost by model" }).waitFor();
    const waiting = page.waitForEvent("download");
    await page.keyboard.press("e");
    const download = await waiting;
    expect(download.suggestedFilename()).toBe("harness-cost-by-model.csv");
    const [head, ...rows] = readFileSync(await download.path(), "utf8")
      .trimEnd()
      .split("\r\n");
    expect(head).toMatch(/^model,name,cost_usd,cost_known_usd,unknown_turns,/);
    const { data } = await world.client.call("cost/sum", { by: "model" });
    expect(rows.map((row) => row.split(",").slice(0, 5).join()).sort()).toEqual(
      data
        .map(({ key, name, cost_usd, cost_known_usd, unknown_turns }) =>
          [key ?? "", name ?? "", cost_usd ?? "unknown", cost_known_usd, unknown_turns].join(),
        )
        .sort(),
    );
    expect(wrong).toEqual([]);
  });

  it("stands beside what may be spent [req:web.budgets]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await page.goto(address("/ui/cost"));
    const shown = new Map(
      (await cells(page, "Budgets")).map((row) => [row[0]?.split("\n")[0], row.join(" ")]),
    );
    const { budgets } = await world.client.call("budget/list", {});
    expect([...shown.keys()].sort()).toEqual(budgets.map(({ id }) => id).sort());
    expect(shown.get("shop-month")).toMatch(/tokens: [\d.]+k of 50M, [\d.]+M left/);
    expect(shown.get("worth")).toContain("money: unknown of $50.00, what is left is unknown");
    expect(shown.get("reviews")).toContain("shadow, would have stopped");
    expect(shown.get("reviews")).toContain("of agent openai_api");
    expect(shown.get("reviews")).toContain("told at 50 %");
    expect(shown.get("dear")).toContain("reached");
    await page
      .getByRole("region", { name: "Held by a budget" })
      .getByRole("link", { name: "Make sum add once more" })
      .waitFor();
    expect(wrong).toEqual([]);
  });
});

describe("operations", () => {
  it("show the server, what runs and what waits [req:web.operations]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    const glance = page.getByRole("region", { name: "At a glance" });
    await glance.getByText("1 of 4").waitFor();
    const [running] = await cells(page, "Running tasks");
    expect(running?.join(" ")).toMatch(/think long about it.*anthropic_api.*implementer/s);
    const held = await cells(page, "Parked tasks");
    expect(held.find(([task]) => task?.startsWith("Make sum add once more"))?.join(" ")).toContain("budget");
    const status = await world.client.call("server/status", {});
    const facts = page.locator("section", { has: page.getByRole("heading", { name: "Server" }) });
    for (const part of [
      status.version,
      String(status.pid),
      "sqlite",
      "takes work",
      "sockets 1",
      "Last crash",
    ])
      await facts.getByText(part).first().waitFor();
    const accounts = await cells(page, "Accounts");
    expect(accounts.find(([name]) => name === "anthropic_api")?.slice(1, 6)).toEqual([
      "anthropic_api",
      "usable",
      "–",
      "–",
      "1",
    ]);
    expect(await cells(page, "Queue by project")).toEqual([
      ["All", "1", "0", "4"],
      ["shop", "1", "0", expect.any(String)],
    ]);
    const { parts } = await world.client.call("disk/get", {});
    expect((await cells(page, "Parts of the disk")).map(([part]) => part)).toEqual(
      parts.map(({ part }) => part),
    );
    await page.getByRole("button", { name: "Look now" }).click();
    await page.getByText("everything Harness needs works").or(page.getByText("does not work yet")).waitFor();
    expect(wrong).toEqual([]);
  });

  it("say what cleaning would delete before it does [req:web.operations.clean]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await page.goto(address("/ui/operations"));
    await page.getByRole("button", { name: "Clean …" }).click();
    const dialog = page.getByRole("dialog", { name: "Clean the disk" });
    const trial = await world.client.call("disk/clean", { dry_run: true });
    await dialog.getByText(`Would be deleted: ${trial.what}`).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Keep all" }).click();
    expect((await world.client.call("disk/clean", { dry_run: true })).what).toBe(trial.what);
    await page.getByRole("button", { name: "Clean …" }).click();
    await dialog.getByRole("button", { name: "Delete it" }).click();
    await dialog.getByText("Deleted: ").waitFor();
    expect(wrong).toEqual([]);
  });
});

describe("plots", () => {
  it("are drawn, and say the same as a sentence and a table [req:web.plots]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await page.goto(address("/ui/operations?days=7&project=shop"));
    await page.locator("figure canvas").nth(5).waitFor();
    await expect.poll(() => pixelsOf(page, "accent")).toBeGreaterThan(50);
    const { days } = await world.client.call("stats/series", { days: 7, project_id: ["shop"] });
    const figure = page.getByRole("figure", { name: "Throughput" });
    await figure.getByText(/^3 tasks ended|^2 tasks ended/).waitFor();
    await figure.getByText("Show the figures").click();
    const table = await cells(page, "Figures of Throughput");
    const words = (n: number) => String(n);
    expect(table.map((row) => row.slice(1))).toEqual(
      days.map(({ ended }) =>
        [ended.done, ended.no_change, ended.failed, ended.budget_exhausted, ended.cancelled].map(words),
      ),
    );
    await page.getByRole("combobox", { name: "Days" }).selectOption("30");
    await expect.poll(() => figure.locator("tbody tr").count()).toBe(30);
    expect(new URL(page.url()).searchParams.get("days")).toBe("30");
    // What the pointer is at is said in words.
    await figure.locator(".u-over").hover({ position: { x: 200, y: 60 } });
    await figure
      .getByRole("listitem")
      .filter({ hasText: /^\d+ \w+ 2\d{3}$/ })
      .waitFor();
    expect(wrong).toEqual([]);
  });

  it("are painted anew in other colours [req:web.plots.theme]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await page.goto(address("/ui/operations"));
    await page.locator("figure canvas").first().waitFor();
    await expect.poll(() => pixelsOf(page, "accent")).toBeGreaterThan(50);
    const picture = () => page.evaluate<string>('document.querySelector("figure canvas").toDataURL()');
    const light = await picture();
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(picture).not.toBe(light);
    await expect.poll(() => pixelsOf(page, "accent")).toBeGreaterThan(50);
    await page.evaluate<string>('document.documentElement.dataset.theme = "light"');
    await expect.poll(picture).toBe(light);
    expect(wrong).toEqual([]);
  });
});

describe("the reports", () => {
  it("are made, listed and read [req:web.reports]", async () => {
    await using opened = await pages.logIn(world.server);
    const { page, wrong } = opened;
    await page.getByRole("link", { name: "Reports" }).click();
    await page.getByText("No report yet").waitFor();
    await page.getByRole("button", { name: "Make one now" }).click();
    await page.waitForURL(/id=rpt_/);
    await page.getByText("=Mend the sum of the basket").first().waitFor();
    const made = (await world.client.call("report/list", {})).data[0]!;
    expect(new URL(page.url()).searchParams.get("id")).toBe(made.id);
    await page.getByRole("button", { name: "Make one now" }).click();
    const list = page.getByRole("navigation", { name: "Reports" }).getByRole("button");
    await expect.poll(() => list.count()).toBe(2);
    await list.last().click();
    await page.waitForURL(new RegExp(made.id));
    expect(wrong).toEqual([]);
  });
});

describe.each(["light", "dark"] as const)("in %s colours", (theme) => {
  it.each(["cost?days=all", "operations", "reports"])(
    "%s is accessible and fits every width [req:web.figures.accessible]",
    async (screen) => {
      await using opened = await pages.logIn(world.server, { theme });
      const { page, wrong } = opened;
      const name = screen.split("?")[0];
      for (const width of widths) {
        await page.setViewportSize({ width, height: 2400 });
        await page.goto(address(`/ui/${screen}`));
        if (name === "reports") await page.getByRole("article").or(page.locator("main h2")).first().waitFor();
        else await page.locator("figure canvas").nth(1).waitFor();
        await page.waitForLoadState("networkidle");
        await photograph(page, `${name}-${width}-${theme}`);
        expect(await sidewaysScroll(page)).toBe(0);
        expect(await axeFindings(page)).toEqual([]);
      }
      expect(wrong).toEqual([]);
    },
  );
});
