import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { testDir } from "../support/test-app.ts";
import { approves, implementer, type World, world } from "./world.ts";

/** Writes the right sum, and what it was told besides. */
const listens = implementer(`
  write("sum.js", "module.exports = (a, b) => a + b;\\n");
  const heard = [...prompt.matchAll(/name="guidance \\d+">\\n(.*)\\n/g)].map((match) => match[1]);
  if (heard.length > 0) write("heard.txt", heard.join("\\n") + "\\n");
  say("round " + round);`);

const agents = { writer: listens, critic: approves };

/** Does something once, when the server passes a named point. */
function once(name: string, act: () => Promise<unknown>) {
  let done = false;
  return async (at: string) => {
    if (done || at !== name) return;
    done = true;
    await act();
  };
}

it("guidance given while an agent works is heard before the work is published, though it was approved [req:task.intervene]", async () => {
  const held: { w?: World; id?: string } = {};
  const failpoint = once("K10", () =>
    held.w!.call("task/intervene", { task_id: held.id!, guidance: "Use RFC 5322" }),
  );
  await using w = await world({ agents, failpoint });
  held.w = w;
  held.id = await w.submit();
  const task = await w.settled(held.id);
  expect(task.status, JSON.stringify(task.error)).toBe("done");
  expect(task.interventions).toMatchObject([
    { number: 1, guidance: "Use RFC 5322", actor: "operator", delivered: "next_round" },
  ]);
  expect(task.turns.map(({ role, round }) => [role, round])).toEqual([
    ["implementer", 1],
    ["reviewer", 1],
    ["implementer", 2],
    ["reviewer", 2],
  ]);
  const prompts = await w.call("task/prompts", { task_id: task.id });
  expect(prompts.map(({ prompt }) => prompt.includes("Use RFC 5322"))).toEqual([false, true, true, true]);
  expect((await w.call("task/diff", { task_id: task.id })).patch).toContain("+Use RFC 5322");
  const events = await w.events(task.id, "task.intervened", "task.intervention_delivered");
  expect(events.map(({ data }) => data)).toEqual([
    { number: 1, guidance: "Use RFC 5322" },
    { number: 1, delivered: "next_round" },
  ]);
});

it("guidance for a task that has not begun survives a restart and is in its first prompt [req:task.intervene]", async () => {
  const dir = testDir("intervene");
  let id: string;
  {
    await using w = await world({ agents, dir, database: "sqlite" });
    await w.call("project/update", { project: "app", active: false });
    id = await w.submit({ project: "app" });
    await w.call("task/intervene", { task_id: id, guidance: "First this" });
    const second = await w.call("task/intervene", { task_id: id, guidance: "Then that" });
    expect(second).toMatchObject({
      task_id: id,
      status: "queued",
      intervention: { number: 2, delivered: null },
    });
  }
  await using w = await world({ agents, dir, database: "sqlite" });
  expect((await w.call("task/get", { task_id: id })).interventions).toMatchObject([
    { guidance: "First this", delivered: null },
    { guidance: "Then that", delivered: null },
  ]);
  await w.call("project/update", { project: "app", active: true });
  const task = await w.settled(id);
  expect(task.turns.map(({ role }) => role)).toEqual(["implementer", "reviewer"]);
  expect(task.interventions.map(({ delivered }) => delivered)).toEqual(["next_round", "next_round"]);
  expect((await w.call("task/diff", { task_id: id })).patch).toContain("+First this\n+Then that");
  rmSync(dir, { recursive: true, force: true });
});

it("a round that heard guidance and was lost is told again [req:task.intervene]", async () => {
  const held: { w?: World; id?: string; ended: number } = { ended: 0 };
  const failpoint = async (at: string) => {
    if (at === "K10" && held.ended === 1)
      await held.w!.call("task/intervene", { task_id: held.id!, guidance: "Mind the cent" });
    // The second turn of the implementer is the third that ends.
    if (at === "K9" && ++held.ended === 3) throw new Error("lost on purpose");
  };
  await using w = await world({ agents, failpoint });
  held.w = w;
  held.id = await w.submit();
  const task = await w.settled(held.id);
  expect(task.status, JSON.stringify(task.error)).toBe("done");
  expect(task.attempt_history.map(({ status }) => status)).toEqual(["failed", "succeeded"]);
  expect(task.interventions).toMatchObject([{ delivered: "next_round" }]);
  expect((await w.call("task/diff", { task_id: task.id })).patch).toContain("+Mind the cent");
});

it("an agent that answers guidance by changing nothing has heard it [req:task.intervene]", async () => {
  const held: { w?: World; id?: string } = {};
  const failpoint = once("K6", () =>
    held.w!.call("task/intervene", { task_id: held.id!, guidance: "Leave it" }),
  );
  const idle = implementer(`say("nothing to do in round " + round);`);
  await using w = await world({ agents: { idle, critic: approves }, failpoint });
  held.w = w;
  held.id = await w.submit();
  const task = await w.settled(held.id);
  expect(task).toMatchObject({ status: "no_change", interventions: [{ delivered: "next_round" }] });
  expect(task.turns.map(({ round }) => round)).toEqual([1, 2]);
});

it("work that is being published or is over takes no guidance [req:task.intervene]", async () => {
  const held: { w?: World; id?: string; refused?: unknown } = {};
  const say = () => held.w!.call("task/intervene", { task_id: held.id!, guidance: "Too late" });
  const failpoint = once("K12", async () => {
    held.refused = await say().catch((error: unknown) => error);
  });
  await using w = await world({ agents, failpoint });
  held.w = w;
  held.id = await w.submit();
  const task = await w.settled(held.id);
  expect(held.refused).toMatchObject({
    code: "illegal_transition",
    message: expect.stringContaining("is being published"),
  });
  await expect(say()).rejects.toMatchObject({
    code: "illegal_transition",
    message: expect.stringContaining("harness task revise"),
  });
  expect(task.interventions).toEqual([]);
  await expect(w.call("task/intervene", { task_id: task.id, guidance: "  " })).rejects.toMatchObject({
    code: "invalid_params",
    details: { field: "guidance" },
  });
});

it("words queued on the thread of a task are guidance too [req:task.intervene]", async () => {
  const held: { w?: World; id?: string } = {};
  const failpoint = once("K10", async () => {
    const { data } = await held.w!.call("thread/list", { task_id: held.id! });
    const thread_id = data.find(({ role }) => role === "implementer")!.id;
    await held.w!.call("turn/start", { thread_id, input: "Round up", when_busy: "queue" });
  });
  await using w = await world({ agents, failpoint });
  held.w = w;
  held.id = await w.submit();
  const task = await w.settled(held.id);
  expect(task).toMatchObject({
    status: "done",
    interventions: [{ guidance: "Round up", delivered: "next_round" }],
  });
  expect((await w.call("task/diff", { task_id: task.id })).patch).toContain("+Round up");
  expect((await w.call("thread/get", { thread_id: task.turns[0]!.thread_id })).queue).toEqual([]);
});

it("an agent that takes words while it works has them at once, and no round is added for them [req:task.intervene]", async () => {
  const held: { w?: World; id?: string; heard: string[] } = { heard: [] };
  // A stand-in for the connection of an agent that can be steered: a program on pipes cannot.
  const failpoint = once("K6", async () => {
    const w = held.w!;
    const [turn] = (await w.call("task/get", { task_id: held.id! })).turns;
    const handle = {
      turn_id: turn!.id,
      thread_id: turn!.thread_id,
      steerable: true,
      interrupt: () => {},
      said: async () => {},
      reported: async () => {},
      ask: async () => undefined,
    };
    using live = w.app.operations.turns.live.begin(handle);
    live.attach({
      steer: async (text) => {
        held.heard.push(text);
      },
    });
    const said = await w.call("task/intervene", { task_id: held.id!, guidance: "To the left" });
    expect(said.intervention).toMatchObject({ delivered: "steered" });
  });
  await using w = await world({ agents, failpoint });
  held.w = w;
  held.id = await w.submit();
  const task = await w.settled(held.id);
  expect(held.heard).toEqual(["To the left"]);
  expect(task).toMatchObject({ status: "done", interventions: [{ delivered: "steered" }] });
  expect(task.turns.map(({ role }) => role)).toEqual(["implementer", "reviewer"]);
});
