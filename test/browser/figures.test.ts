import { readFileSync } from "node:fs";
import { costGroups, type Result } from "@harness/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { count, money } from "../../packages/dashboard/src/ui/figures.ts";
import { cells, figuresWorld } from "./figures-world.ts";
import { axeFindings, Pages, photograph, sidewaysScroll, widths } from "./pages.ts";
import type { Showcase } from "./showcase.ts";

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), figuresWorld()]);
}, 240_000);
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

const address = (path: string) => new URL(path, world.server.url).href;

type Sum = Result<"cost/sum">["data"][number];

/** What stands in the cell of a cost. */
function said({ cost_usd, cost_known_usd, unknown_turns }: Sum): string {
  if (cost_usd !== null) return money(cost_usd);
  const known = cost_known_usd > 0 ? `at least ${money(cost_known_usd)}` : "unknown";
  return `${known}\n${unknown_turns} ${unknown_turns === 1 ? "turn" : "turns"} of unknown cost`;
}

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
    await expect.poll(() => list.count(), { timeout: 20_000 }).toBe(2);
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
