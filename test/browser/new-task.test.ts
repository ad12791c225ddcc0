import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, Pages, photograph, sidewaysScroll, widths } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

/** A browser at three widths, each looked through by axe, on a machine that does much else. */
const WIDTHS_MS = 180_000;

let pages: Pages;
let world: Showcase;
let first = "";
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), showcase()]);
  // Nothing is started: what was submitted is looked at as it is.
  await world.client.call("project/update", { project: "shop", active: false });
  await world.client.call("template/set", {
    project: "shop",
    name: "bug",
    prompt: "Find the cause first.\n\n{{prompt}}",
    max_turns: 9,
  });
  first = await world.submit("Mend the sum");
});
afterAll(async () => {
  await pages[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const open = async (options: Parameters<Pages["logIn"]>[1] = {}) => {
  const opened = await pages.logIn(world.server, options);
  await opened.page.goto(new URL("/ui/new", world.server.url).href);
  await opened.page.getByRole("textbox", { name: "What to do" }).waitFor();
  return opened;
};
const prompt = (page: Page) => page.getByRole("textbox", { name: "What to do" });
const submitted = async (page: Page) => {
  await page.waitForURL(/\/ui\/tasks\/task_/);
  return world.client.call("task/get", { task_id: new URL(page.url()).pathname.split("/").at(-1)! });
};

describe("a new task", () => {
  it("is submitted with everything that was said about it [req:web.new-task]", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.getByRole("combobox", { name: "Template" }).selectOption("bug");
    await prompt(page).fill("Mend the sum in ");
    await prompt(page).press("End");
    await prompt(page).pressSequentially("@sumj");
    await page.getByRole("option", { name: "src/sum.js" }).click();
    expect(await prompt(page).inputValue()).toContain("src/sum.js");
    await page.getByRole("textbox", { name: "Title" }).fill("The sum");
    await page.getByRole("combobox", { name: "Base branch" }).fill("main");
    await page.getByRole("textbox", { name: "Labels" }).fill("money, bug");
    await page.getByRole("searchbox", { name: "Begins after" }).fill("mend");
    await page.getByRole("button", { name: "Mend the sum" }).click();
    await page.getByRole("combobox", { name: "Agent" }).selectOption("anthropic_api");
    await page.getByRole("combobox", { name: "Model" }).fill("scripted-shop");
    await page.getByRole("combobox", { name: "Reviewer" }).selectOption("openai_api");
    await page.getByText("Limits", { exact: true }).click();
    await page.getByRole("textbox", { name: "Money (US$)" }).fill("1.5");
    await page.getByRole("textbox", { name: "Time (minutes)" }).fill("30");
    await page.getByText("Sandbox, approvals and priority").click();
    await page.getByRole("combobox", { name: "Sandbox" }).selectOption("read-only");
    await page.getByRole("combobox", { name: "Who is asked" }).selectOption("strict");
    await page.getByRole("combobox", { name: "Priority" }).selectOption("urgent");
    await page.getByText("Answers beforehand").click();
    await page.getByRole("textbox", { name: "Goal" }).fill("A right sum");
    await photograph(page, "new-task-full");
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Control+Enter");
    const task = await submitted(page);
    expect(task).toMatchObject({
      title: "The sum",
      agent: "anthropic_api",
      model: "scripted-shop",
      base_branch: "main",
      priority: 2,
      depends_on: [first],
      status: "waiting",
      limits: { max_budget_usd: 1.5, max_wall_secs: 1800, max_turns: 9 },
      request: {
        template: "bug",
        reviewer: "openai_api",
        sandbox: "read-only",
        approvals: { profile: "strict" },
        answers: ["A right sum", "", "", "", ""],
      },
    });
    expect(new Set(task.labels)).toEqual(new Set(["money", "bug"]));
    expect(opened.wrong).toEqual([]);
  });

  it("loses nothing by a refusal or a reload, and says at the field what is wrong [req:web.new-task.kept]", async () => {
    await using opened = await open();
    const { page } = opened;
    await prompt(page).fill("Mend the sum twice");
    await page.getByRole("combobox", { name: "Base branch" }).fill("nowhere");
    await page.getByText("Limits", { exact: true }).click();
    await page.getByRole("textbox", { name: "Turns of agents" }).fill("many");
    await page.getByRole("button", { name: "Submit the task" }).click();
    await page.getByRole("alert").getByText("expected number").waitFor();
    await photograph(page, "new-task-refused");
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("textbox", { name: "Turns of agents" }).fill("5");
    await page.getByRole("button", { name: "Submit the task" }).click();
    await page.getByRole("alert").getByText("no local branch nowhere").waitFor();
    await page.reload();
    await prompt(page).waitFor();
    expect(await prompt(page).inputValue()).toBe("Mend the sum twice");
    await page.getByRole("combobox", { name: "Base branch" }).fill("");
    await prompt(page).focus();
    await page.keyboard.press("Shift+Control+Enter");
    await page.getByText("Submitted:").waitFor();
    expect(await prompt(page).inputValue()).toBe("");
    expect(opened.wrong).toEqual([]);
  });

  it("comes in lists, which are shown before they are submitted [req:web.new-task.list, web.new-task.branches]", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.getByRole("radio", { name: "A list" }).check();
    const list = page.getByRole("textbox", { name: "Tasks" });
    await list.fill("- [ ] Count apples\n- [x] Count pears\n- [ ] Add both after:9");
    await list.press("Control+Enter");
    await page.getByRole("alert").getByText("Line 3").waitFor();
    await photograph(page, "new-task-list-wrong");
    await list.fill("- [ ] Count apples\n- [x] Count pears\n- [ ] Add both after:1 priority:high");
    const base = page.getByRole("combobox", { name: "Base branch" });
    await page.locator('datalist option[value="main"]').waitFor({ state: "attached" });
    await base.fill("nowhere");
    await base.press("Control+Enter");
    await page.getByRole("alert").getByText("no local branch nowhere").first().waitFor();
    await base.fill("main");
    await list.press("Control+Enter");
    const table = page.getByRole("region", { name: "Tasks of the list" });
    await table.getByText("Add both").waitFor();
    await page.getByText("1 line is no task").waitFor();
    await photograph(page, "new-task-list");
    expect(await axeFindings(page)).toEqual([]);
    await list.press("Control+Enter");
    await page.waitForURL(/\/ui\/board/);
    const both = page.getByRole("article", { name: "Add both" });
    await both.getByText("Blocked by Count apples").waitFor();
    expect(opened.wrong).toEqual([]);
  });

  it.each(["light", "dark"] as const)(
    "is accessible and fits every width in %s colours [req:web.new-task.accessible]",
    async (theme) => {
      for (const width of widths) {
        await using opened = await open({ theme, width });
        const { page } = opened;
        await photograph(page, `new-task-${width}-${theme}`);
        expect(await axeFindings(page)).toEqual([]);
        expect(await sidewaysScroll(page)).toBe(0);
        expect(opened.wrong).toEqual([]);
      }
    },
    WIDTHS_MS,
  );
});

/** Texts that would do something, were they anything but text. */
const hostile = [
  `<img src=x onerror="globalThis.hit=1">`,
  "[x](javascript:globalThis.hit=1)",
  "<svg onload=globalThis.hit=1>",
  "</script><script>globalThis.hit=1</script>",
  "right \u202E to left",
  "\u001b]8;;javascript:globalThis.hit=1\u0007link\u001b]8;;\u0007",
];

/** What became of hostile text: what ran, what it made of the page, and what would turn it around unseen. */
const harm = (page: Page) =>
  page.evaluate<unknown>(`({
    ran: globalThis.hit ?? null,
    made: document.querySelectorAll("main img, main script, main svg:not(.lucide), a[href^=javascript]").length,
    unseen: /[\\u202e\\u001b]/.test(document.body.innerText),
  })`);

it("text of strangers is shown as it is and does nothing [req:web.board.inert]", async () => {
  const { client } = world;
  await client.call("template/set", { project: "shop", name: "hostile", prompt: hostile.join(" ") });
  for (const text of hostile)
    await world.submit(text, { title: `hostile ${text}`, labels: [text.slice(0, 100)] });
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  await page.getByRole("searchbox", { name: "Filter the cards" }).fill("hostile");
  for (const text of [hostile[0]!, "right ⟦U+202E⟧ to left", "⟦U+001B⟧]8;;javascript"])
    await page.getByRole("article").filter({ hasText: text }).first().waitFor();
  expect(await harm(page)).toEqual({ ran: null, made: 0, unseen: false });
  await page.goto(new URL("/ui/new", world.server.url).href);
  await page.getByRole("combobox", { name: "Template" }).selectOption("hostile");
  await page.getByRole("searchbox", { name: "Begins after" }).fill("hostile");
  await page.getByRole("button", { name: "hostile <svg" }).click();
  await page.getByRole("searchbox", { name: "Begins after" }).fill("hostile");
  await page.getByRole("list", { name: "Tasks found" }).getByText("</script>").waitFor();
  expect(await harm(page)).toEqual({ ran: null, made: 0, unseen: false });
  await page.getByRole("radio", { name: "A list" }).check();
  await page.getByRole("textbox", { name: "Tasks" }).fill(hostile.map((text) => `- ${text}`).join("\n"));
  await page.getByRole("button", { name: "Show what it would do" }).click();
  await page.getByRole("heading", { name: /What it would do|What is wrong with it/ }).waitFor();
  expect(await harm(page)).toEqual({ ran: null, made: 0, unseen: false });
  expect(opened.wrong).toEqual([]);
});
