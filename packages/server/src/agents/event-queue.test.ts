import { expect, it } from "vitest";
import { EventQueue } from "./event-queue.ts";
import type { AgentEvent, TurnOutcome } from "./port.ts";

const outcome: TurnOutcome = { status: "cancelled", session_id: null, usage: null };

async function drain(queue: EventQueue): Promise<AgentEvent[]> {
  const events: AgentEvent[] = [];
  for await (const event of queue) events.push(event);
  return events;
}

it("gives a reader that keeps up every event in order", async () => {
  const queue = new EventQueue();
  const read = drain(queue);
  queue.push({ type: "warning", message: "a" });
  await Promise.resolve();
  queue.push({ type: "message_delta", text: "b" });
  queue.push({ type: "ended", outcome });
  queue.close();
  expect((await read).map(({ type }) => type)).toEqual(["warning", "message_delta", "ended"]);
});

it("keeps a flood bounded and says what it left out, before the end [req:agents.flood]", async () => {
  const queue = new EventQueue();
  for (let i = 0; i < 5_000; i += 1) queue.push({ type: "message_delta", text: "x".repeat(1_000) });
  for (let i = 0; i < 20_000; i += 1) queue.push({ type: "warning", message: "w" });
  queue.push({ type: "ended", outcome });
  queue.close();
  const events = await drain(queue);
  expect(events.length).toBeLessThan(10_010);
  expect(JSON.stringify(events).length).toBeLessThan(2_000_000);
  expect(events.at(-2)).toMatchObject({ type: "warning", message: expect.stringContaining("left out") });
  expect(events.at(-1)).toEqual({ type: "ended", outcome });
});

it("holds no more of large items than a reader can ever want, and joins what a command says [req:agents.flood]", async () => {
  const queue = new EventQueue();
  const text = "x".repeat(1_000_000);
  for (let i = 0; i < 100; i += 1)
    queue.push({ type: "item", phase: "completed", item: { id: String(i), kind: "message", text } });
  for (const item_id of ["a", "a", "b"]) queue.push({ type: "output_delta", item_id, text: "y" });
  queue.push({ type: "ended", outcome });
  queue.close();
  const events = await drain(queue);
  expect(events.filter(({ type }) => type === "item")).toHaveLength(33);
  expect(events.slice(33)).toEqual([
    { type: "output_delta", item_id: "a", text: "yy" },
    { type: "output_delta", item_id: "b", text: "y" },
    { type: "warning", message: "67 characters or events came too fast and were left out." },
    { type: "ended", outcome },
  ]);
});

it("tells no more than a bounded text to a reader that keeps up [req:agents.flood]", async () => {
  const queue = new EventQueue();
  const read = drain(queue);
  for (let i = 0; i < 1_000; i += 1) {
    queue.push({ type: "message_delta", text: "x".repeat(10_000) });
    if (i % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  queue.push({ type: "ended", outcome });
  queue.close();
  const events = await read;
  const text = events.flatMap((event) => (event.type === "message_delta" ? [event.text.length] : []));
  expect(text.reduce((sum, length) => sum + length, 0)).toBe(4 * 1024 * 1024);
  expect(events.at(-2)).toMatchObject({ type: "warning", message: expect.stringContaining("left out") });
});

it("of reports of use in a row gives a slow reader the newest", async () => {
  const queue = new EventQueue();
  const used = (total_tokens: number) =>
    ({
      type: "usage",
      usage: { input_tokens: 0, output_tokens: total_tokens, cached_tokens: 0, total_tokens, cost_usd: null },
    }) as const;
  for (let tokens = 1; tokens <= 20_000; tokens += 1) queue.push(used(tokens));
  queue.push({ type: "warning", message: "a" });
  queue.push(used(20_001));
  queue.push({ type: "ended", outcome });
  queue.close();
  expect(await drain(queue)).toEqual([
    used(20_000),
    { type: "warning", message: "a" },
    used(20_001),
    { type: "ended", outcome },
  ]);
});

it("joins the output of one item for a slow reader, and bounds it [req:agents.flood]", async () => {
  const queue = new EventQueue();
  const output = (item_id: string, text: string) => ({ type: "output_delta", item_id, text }) as const;
  for (const event of [output("a", "1"), output("a", "2"), output("b", "3")]) queue.push(event);
  queue.push({ type: "message_delta", text: "4" });
  for (let i = 0; i < 5_000; i += 1) queue.push(output("a", "x".repeat(1_000)));
  queue.push({ type: "ended", outcome });
  queue.close();
  const events = await drain(queue);
  expect(events.slice(0, 3)).toEqual([
    output("a", "12"),
    output("b", "3"),
    { type: "message_delta", text: "4" },
  ]);
  expect(events).toHaveLength(6);
  expect(events[3]).toEqual(output("a", "x".repeat(64 * 1024)));
  expect(events[4]).toMatchObject({ type: "warning", message: expect.stringContaining("left out") });
});
