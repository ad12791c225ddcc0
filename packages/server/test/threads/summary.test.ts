import { expect, it } from "vitest";
import { step, talkingWorld } from "./talking-world.ts";

it("a thread is summed up by its agent and goes on from the summary; its history stays [req:thread.compact]", async () => {
  await using w = await talkingWorld([
    step("SUMMARY-ONE", [{ say: "I know it from the summary" }]),
    step("Sum up this conversation", [{ say: "SUMMARY-ONE: the sum must add" }]),
    step("remember", [{ say: "noted" }]),
  ]);
  const thread_id = await w.start();
  expect(await w.call("thread/compact", { thread_id })).toEqual({ compacted: false, turn_id: null });
  await w.said(thread_id, "remember that the sum must add");
  const { turn_id } = await w.call("thread/compact", { thread_id });
  expect((await w.ended(turn_id ?? "")).status).toBe("completed");
  await w.event((event) => event.type === "thread.compacted" && event.data.summary.includes("SUMMARY-ONE"));
  await w.said(thread_id, "what do you know?");
  const said = (await w.items(thread_id)).map(({ item }) => item.text);
  expect(said).toContain("noted");
  expect(said.at(-1)).toBe("I know it from the summary");
  expect(await w.call("thread/get", { thread_id })).toMatchObject({ turns: 3, status: "idle" });
});
