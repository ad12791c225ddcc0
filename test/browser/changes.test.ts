import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { changeSteps, hostile, LARGE } from "./change-steps.ts";
import { axeFindings, Pages, photograph, sidewaysScroll, widths } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  [pages, world] = await Promise.all([Pages.open(), showcase({ steps: changeSteps })]);
});
afterAll(async () => {
  await pages[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

/** Does what a prompt asks for, and opens the change it made. */
async function openChange(page: Page, prompt: string, search = ""): Promise<string> {
  const task_id = await world.submit(prompt);
  expect(await world.settled(task_id)).toMatchObject({ status: "done" });
  await goTo(page, task_id, search);
  return task_id;
}

async function goTo(page: Page, task_id: string, search = ""): Promise<void> {
  await page.goto(new URL(`/ui/tasks/${task_id}?tab=changes${search}`, world.server.url).href);
  await page.getByRole("region", { name: "Changed lines" }).waitFor();
}

const lines = (page: Page) => page.getByRole("region", { name: "Changed lines" });

it("[req:web.changes] a person comments on a line, the agent answers it, and the newest turn alone is shown", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  const task_id = await openChange(page, "mend the sum");
  const line = lines(page).locator("[data-line]", { hasText: "a + b" });
  await line.hover();
  await line.getByRole("button", { name: "Comment on line 1" }).click();
  await page
    .getByRole("textbox", { name: "Comment on line 1" })
    .fill("Please say what it does in a comment.");
  await page.getByRole("button", { name: "Add comment" }).click();
  await page.getByText("1 collected").waitFor();
  // Comments outlive a reload, and can be changed until they are sent.
  await page.reload();
  await page.getByText("1 collected").waitFor();
  await photograph(page, "changes-comment-1440");
  await page.getByRole("button", { name: "Send to the agent" }).click();
  await page.getByText("0 collected").waitFor();
  const revised = await world.until(task_id, ({ status, revisions }) => status === "done" && revisions === 1);
  const prompts = await world.client.call("task/prompts", { task_id });
  expect(prompts.some(({ prompt }) => prompt.includes("src/sum.js:1\n"))).toBe(true);
  await lines(page).getByText("// Adds two numbers.").waitFor();
  await lines(page).getByText("a - b").waitFor();
  await page.getByRole("combobox", { name: "Since" }).selectOption("turn");
  await lines(page).getByText("a - b").waitFor({ state: "detached" });
  await lines(page).getByText("// Adds two numbers.").waitFor();
  expect(new URL(page.url()).searchParams.get("since")).toBe("turn");
  await page.getByRole("combobox", { name: "Since" }).selectOption("review");
  await page.getByText("Nothing changed since then.").waitFor();
  expect(revised.review.state).toBe("approved");
  expect(opened.wrong).toEqual([]);
});

it("[req:web.changes] white space can be left out, files searched, folded and reached by keys and addresses", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  const task_id = await openChange(page, "white space work");
  const tree = page.getByRole("navigation", { name: "Changed files" });
  await tree.getByRole("button", { name: /README/ }).waitFor();
  await page.getByRole("button", { name: "Ignore white space" }).click();
  await tree.getByRole("button", { name: /README/ }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Ignore white space" }).click();
  await tree.getByRole("searchbox").fill("read");
  await tree.getByRole("button", { name: /sum\.js/ }).waitFor({ state: "detached" });
  await tree.getByRole("button", { name: /README/ }).click();
  await tree.getByRole("searchbox").fill("");
  await page.getByRole("button", { name: "Fold files", exact: true }).click();
  expect(await lines(page).locator("[data-line]").count()).toBe(0);
  await page.getByRole("button", { name: "Unfold files" }).click();
  // By keys alone: to the change, a comment on it, and away again.
  await page.keyboard.press("Shift+C");
  await page.keyboard.press("n");
  await page.keyboard.press("]");
  await page.keyboard.press("Shift+C");
  const box = page.getByRole("textbox", { name: /Comment on line/ });
  await box.fill("From the keys");
  await box.press("Control+Enter");
  await page.getByText("1 collected").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("article").getByRole("button", { name: "Edit" }).click();
  await box.fill("From the keys, mended");
  await page.getByRole("button", { name: "Add comment" }).click();
  await page.getByRole("article").getByText("From the keys, mended").waitFor();
  await page.getByRole("article").getByRole("button", { name: "Remove" }).click();
  await page.getByText("0 collected").waitFor();
  // Beside each other, both what came and what was taken away can be commented on; what is being written outlives a reload.
  await page.getByRole("button", { name: "Split" }).click();
  const gone = lines(page).locator("[data-line]", { hasText: "a - b" });
  await gone.hover();
  await gone.getByRole("button", { name: "Comment on line 1" }).click();
  await box.fill("Why was it");
  await photograph(page, "changes-editor-1440");
  await page.reload();
  expect(await box.inputValue()).toBe("Why was it");
  await page.getByRole("button", { name: "Cancel", exact: true }).last().click();
  await page.getByRole("button", { name: "Split" }).click();
  await lines(page).locator("[data-line]", { hasText: "a + b" }).click();
  await page.waitForURL(/file=src%2Fsum\.js&line=1|line=1&file=/);
  await goTo(page, task_id, "&file=src/sum.js&line=1");
  await lines(page).locator("[data-line].ring-1", { hasText: "a + b" }).waitFor();
  expect(opened.wrong).toEqual([]);
});

it("[req:web.changes] says what git says of binary files, modes and renames", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  const task_id = await openChange(page, "odd work");
  await lines(page).getByText("Binary file: its content is not shown").waitFor();
  await lines(page).getByText("Mode changed from 100644 to 100755").waitFor();
  await lines(page).getByText("Renamed from README.md").waitFor();
  await photograph(page, "changes-odd-1440");
  await goTo(page, task_id, "&file=not/there.js&line=3");
  await page.getByText("not/there.js is not among these changes.").waitFor();
  expect(opened.wrong).toEqual([]);
});

it("[req:web.changes] comments reach an agent that is at work", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  const task_id = await openChange(page, "mend the sum again");
  await world.client.call("task/revise", { task_id, prompt: "Please take your time." });
  await world.until(task_id, ({ status }) => status === "implementing");
  const line = lines(page).locator("[data-line]", { hasText: "a + b" });
  await line.hover();
  await line.getByRole("button", { name: "Comment on line 1" }).click();
  await page.getByRole("textbox", { name: "Comment on line 1" }).fill("Say why.");
  await page.getByRole("button", { name: "Add comment" }).click();
  await page.getByText("The agent hears it in its turn, or with the next one.").waitFor();
  await page.getByRole("button", { name: "Send to the agent" }).click();
  await page.getByText("0 collected").waitFor();
  const { interventions } = await world.client.call("task/get", { task_id });
  expect(interventions.map(({ guidance }) => guidance)).toEqual([expect.stringContaining("src/sum.js:1\n")]);
  await world.client.call("task/cancel", { task_id });
  await world.settled(task_id);
  expect(opened.wrong).toEqual([]);
});

it("[req:web.changes.large] a change of thousands of lines keeps few of them in the page", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  await openChange(page, "large work");
  const elements = () => page.evaluate<number>("document.querySelectorAll('*').length");
  const folded = page.getByRole("button", { name: "src/table.js", exact: true });
  expect(await folded.getAttribute("aria-expanded")).toBe("false");
  await folded.click();
  await lines(page).getByText("exports.row3 = 3;").waitFor();
  await page.getByRole("button", { name: "Wrap" }).click();
  await photograph(page, "changes-large-1440");
  expect(await elements()).toBeLessThan(2_500);
  await lines(page).evaluate((element) => element.scrollTo(0, element.scrollHeight));
  await lines(page)
    .getByText(`exports.row${LARGE - 1} = ${LARGE - 1};`)
    .waitFor();
  expect(await elements()).toBeLessThan(2_500);
  expect(opened.wrong).toEqual([]);
});

it("[req:web.changes.large] a change that is too large to be sent whole says what of it is left out", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  await openChange(page, "huge work");
  await page.getByText("This change is too large to be shown whole").waitFor();
  const tree = page.getByRole("navigation", { name: "Changed files" });
  await tree.getByRole("button", { name: /zoo\.txt/ }).click();
  await lines(page).getByText("Not shown: the change is too large.").first().waitFor();
  await page.getByRole("button", { name: "Unfold files" }).click();
  await lines(page).getByText("A line of a long text, number 3", { exact: true }).first().waitFor();
  await page.keyboard.press("n");
  expect(await page.evaluate<number>("document.querySelectorAll('*').length")).toBeLessThan(2_500);
  expect(opened.wrong).toEqual([]);
});

it("[req:web.changes.inert] names and contents of files are text, and what hides in them is seen", async () => {
  await using opened = await pages.logIn(world.server);
  const { page } = opened;
  await openChange(page, "hostile work");
  const tree = page.getByRole("navigation", { name: "Changed files" });
  for (const name of ["<img src=x onerror=globalThis.ran=1>.js", "javascript:globalThis.ran=1.md"])
    await tree.getByText(name).waitFor();
  await tree.getByText("safe⟦U+202E⟧gnp.exe").waitFor();
  await lines(page).getByText("</script><script>globalThis.ran = 1</script>").first().waitFor();
  await lines(page).getByText("if (isAdmin⟦U+202E⟧").first().waitFor();
  await lines(page).getByText("diff --git a/x b/x").first().waitFor();
  // A comment quotes it, and is shown as text too.
  const line = lines(page).locator("[data-line]", { hasText: "</script>" }).first();
  await line.hover();
  await line.getByRole("button", { name: "Comment on line 1" }).click();
  await page.getByRole("textbox", { name: "Comment on line 1" }).fill(hostile.content);
  await page.getByRole("button", { name: "Add comment" }).click();
  await page.getByText("1 collected").waitFor();
  expect(await page.evaluate<boolean>("'ran' in globalThis")).toBe(false);
  expect(
    await page.locator("main img, main svg[onload], main script, main a[href^=javascript]").count(),
  ).toBe(0);
  await photograph(page, "changes-hostile-1440");
  expect(opened.wrong).toEqual([]);
});

it("[req:web.changes] axe finds nothing wrong with changes in either theme, and they fit every width", async () => {
  const task_id = await world.submit("white space work");
  expect(await world.settled(task_id)).toMatchObject({ status: "done" });
  for (const theme of ["light", "dark"] as const) {
    await using opened = await pages.logIn(world.server, { theme });
    const { page } = opened;
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      await goTo(page, task_id, "&file=src/sum.js&line=1");
      await lines(page).locator(".ring-1", { hasText: "a + b" }).waitFor();
      if (width === 1440) await page.getByRole("button", { name: "Split" }).click();
      await photograph(page, `changes-${width}-${theme}`);
      if (width === 1440) await page.getByRole("button", { name: "Split" }).click();
      expect(await sidewaysScroll(page)).toBeLessThanOrEqual(0);
      expect(await axeFindings(page)).toEqual([]);
    }
    expect(opened.wrong).toEqual([]);
  }
});
