import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, Pages, photograph } from "./pages.ts";
import { type Showcase, showcase } from "./showcase.ts";
import { showcaseScenario } from "./showcase-scenario.ts";

let pages: Pages;
let world: Showcase;
beforeAll(async () => {
  // The reviewer reads what was said too, and must not take it for its own work.
  const review = showcaseScenario.steps.filter(({ name }) => name === "review");
  const write_file = { path: "src/sum.js", content: "module.exports = (a, b) => a + b;\n" };
  const mend = {
    name: "mend in a conversation",
    match: { prompt: "Please right the sum" },
    answers: [[{ write_file }], [{ say: "It adds now." }]],
  };
  [pages, world] = await Promise.all([Pages.open(), showcase({ steps: [...review, mend] })]);
});
afterAll(async () => {
  await pages?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});

describe("a conversation", () => {
  it("is proven by the press of a button, and leads to the task [req:thread.prove]", async () => {
    const { client, server } = world;
    const { thread_id } = await client.call("thread/start", { project: "shop", agent: "anthropic_api" });
    await client.call("turn/start", { thread_id, input: "Please right the sum" });
    for await (const { event } of client.stream("thread", { thread_id, after_seq: 0 }))
      if (event.type === "turn.ended") break;
    await using opened = await pages.logIn(server);
    const { page } = opened;
    await page.goto(`${server.url}/ui/conversations/${thread_id}`);
    await page.getByRole("button", { name: "Prove this …" }).click();
    await page.getByRole("dialog").getByText("VERIFIED").waitFor();
    await photograph(page, "conversation-prove-1440-light");
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Prove it", exact: true }).click();
    await page.waitForURL(/\/ui\/tasks\/task_/);
    const [proof] = (await client.call("thread/get", { thread_id })).proofs;
    const task = await world.settled(proof?.task_id ?? "");
    expect(task).toMatchObject({ status: "done", evidence: { state: "passed" }, source: "thread" });
    await page.goto(`${server.url}/ui/conversations/${thread_id}`);
    const link = page.getByRole("link", { name: /the task of/ });
    expect(await link.getAttribute("href")).toContain(task.id);
    expect(opened.wrong).toEqual([]);
  });
});
