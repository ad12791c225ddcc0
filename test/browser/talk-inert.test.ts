import type { Approval, Item } from "@harness/protocol";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Pages, photograph } from "./pages.ts";
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

/** What a hostile agent or repository may write: each would set `ran` if anything of it were obeyed. */
const hostile = [
  "<img src=x onerror=globalThis.ran=1>",
  "<svg onload=globalThis.ran=1></svg>",
  "</script><script>globalThis.ran=1</script>",
  "[a link](javascript:globalThis.ran=1) ![a picture](http://127.0.0.1:1/x.png)",
  '<a href="javascript:globalThis.ran=1">press</a><iframe srcdoc="<script>parent.ran=1</script>"></iframe>',
  "\u001b]8;;javascript:globalThis.ran=1\u0007terminal link\u001b]8;;\u0007 \u001b[31mred\u001b[0m",
  "safe\u202egnp.exe",
].join("\n\n");

/** Everything that can happen in a turn, in hostile words. */
const items: readonly Item[] = [
  { id: "1", kind: "message", text: hostile },
  { id: "2", kind: "message", role: "user", name: hostile, text: hostile },
  { id: "3", kind: "reasoning", text: hostile },
  { id: "4", kind: "command", command: hostile, output: hostile, exit_code: 0 },
  { id: "5", kind: "tool_call", name: hostile, input: { [hostile]: hostile }, output: hostile },
  { id: "6", kind: "file_change", path: hostile },
  { id: "7", kind: "plan", text: `[ ] ${hostile.replaceAll("\n", " ")}` },
  { id: "8", kind: "plan", text: hostile },
  { id: "9", kind: "approval", decision: "deny", command: hostile, reason: hostile },
  { id: "10", kind: "error", text: hostile },
  { id: "11", kind: "unknown", name: hostile, text: hostile },
];

/** Nothing of it ran, and nothing of it became an element. */
async function expectInert(page: Page): Promise<void> {
  expect(await page.evaluate<boolean>("'ran' in globalThis")).toBe(false);
  const made = "main img, main iframe, main script, main svg[onload], main a[href^=javascript]";
  expect(await page.locator(made).count()).toBe(0);
}

it("[req:web.talk.inert] what is said, asked and logged is text, and what hides in it is seen", async () => {
  const task_id = await world.submit("Take the slow road with hostile words", {
    title: hostile.slice(0, 190),
  });
  const { turns, project_id } = await world.until(task_id, ({ turns: all }) => all.length > 0);
  const { thread_id, id: turn_id } = turns[0]!;
  await using opened = await pages.logIn(world.server, { height: 2_000 });
  const { page } = opened;
  await page.goto(`${world.server.url}/ui/tasks/${task_id}`);
  const talk = page.getByRole("region", { name: "Conversation" });
  await talk.getByRole("button", { name: /sleep 600 .*running/ }).waitFor();
  const scope = { project_id, task_id, thread_id, turn_id, actor: "anthropic_api" };
  await world.log.write(async (tx) => {
    for (const item of items) await tx.append({ ...scope, type: "item.completed", data: { item } });
    await tx.append({
      ...scope,
      type: "approval.requested",
      data: { approval: asked({ ...scope, task_id }) },
    });
    await tx.append({ ...scope, type: "message.delta", data: { item_id: null, text: hostile } });
  });
  await talk.getByRole("article").getByText("safe⟦U+202E⟧gnp.exe").first().waitFor();
  await talk.locator("[data-saying]").getByText("</script><script>").waitFor();
  await expectInert(page);
  await photograph(page, "talk-hostile-end");
  // Everything that is folded is unfolded, from the beginning on.
  await talk.evaluate((element) => element.scrollTo(0, 0));
  await talk.getByText("Error:").waitFor();
  for (;;) {
    const folded = talk.locator("button[aria-expanded=false]");
    if ((await folded.count()) === 0) break;
    await folded.first().click();
    await expectInert(page);
  }
  await photograph(page, "talk-hostile");
  for (const form of ["Structured", "Raw"]) {
    await page.goto(`${world.server.url}/ui/tasks/${task_id}?tab=logs`);
    await page.getByRole("button", { name: form, exact: true }).click();
    await page.getByRole("region").getByText("<img src=x").first().waitFor();
    await expectInert(page);
  }
  await world.client.call("task/cancel", { task_id });
  expect(opened.wrong).toEqual([]);
});

function asked(scope: Pick<Approval, "project_id" | "task_id" | "thread_id" | "turn_id">): Approval {
  const { project_id, task_id, thread_id, turn_id } = scope;
  return {
    id: "apr_hostile",
    project_id,
    task_id,
    thread_id,
    turn_id,
    agent: "anthropic_api",
    kind: "question",
    tool: hostile,
    summary: hostile,
    command: hostile,
    paths: [hostile],
    input: { [hostile]: hostile },
    questions: [{ id: "q", text: hostile, options: [hostile] }],
    action_hash: "0".repeat(64),
    why: hostile,
    status: "pending",
    scope: null,
    reason: null,
    answers: null,
    decided_by: null,
    on_expiry: "deny",
    expires_at: null,
    created_at: new Date().toISOString(),
    decided_at: null,
    consumed_at: null,
  };
}
