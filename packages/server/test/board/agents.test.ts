import { existsSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { implementer, world } from "../scenarios/world.ts";

const waits = implementer(`
  const until = () => fs.existsSync("go") ? (write("sum.js", "module.exports = (a, b) => a + b;\\n"), say("done")) : setTimeout(until, 20);
  until();`);

it("agents are shown with where they were found, when, and the turns they do now [req:web-api.agents]", async () => {
  await using w = await world({ agents: { waits }, project: { review: { enabled: false } } });
  const shown = async () =>
    (await w.call("agent/list", { refresh: true })).agents.find(({ name }) => name === "waits");
  expect(await shown()).toMatchObject({
    kind: "command",
    installed: true,
    executable: process.execPath,
    probed_at: expect.stringMatching(/Z$/),
    account: { state: "ok" },
    running: [],
  });
  const { probed_at } = (await w.call("agent/list", {})).agents.find(({ name }) => name === "waits")!;
  expect((await w.call("agent/list", {})).agents.find(({ name }) => name === "waits")?.probed_at).toBe(
    probed_at,
  );
  const task_id = await w.submit({ agent: "waits" });
  const started = await w.event(({ type, task_id: of }) => type === "turn.started" && of === task_id);
  expect((await shown())?.running).toEqual([
    {
      turn_id: started.turn_id,
      thread_id: started.thread_id,
      task_id,
      role: "implementer",
      model: null,
      started_at: expect.any(String),
    },
  ]);
  const opened = await w.event(({ type, task_id: of }) => type === "workspace.opened" && of === task_id);
  const at = opened.type === "workspace.opened" ? opened.data.path : "";
  expect(existsSync(at)).toBe(true);
  writeFileSync(`${at}/go`, "");
  expect((await w.settled(task_id)).status).not.toBe("implementing");
  expect((await shown())?.running).toEqual([]);
});
