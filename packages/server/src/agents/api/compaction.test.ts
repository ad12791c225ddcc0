import type { ModelMessage } from "ai";
import fc from "fast-check";
import { expect, it } from "vitest";
import { compacted, cutAt, nearlyFull, transcript } from "./compaction.ts";

const user = (content: string): ModelMessage => ({ role: "user", content });
const call = (id: string): ModelMessage => ({
  role: "assistant",
  content: [{ type: "tool-call", toolCallId: id, toolName: "read_file", input: { path: id } }],
});
const result = (id: string, value: string): ModelMessage => ({
  role: "tool",
  content: [{ type: "tool-result", toolCallId: id, toolName: "read_file", output: { type: "text", value } }],
});

const exchange = fc
  .tuple(fc.uuid(), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 4_000 }))
  .map(([id, calls, size]) => [
    {
      role: "assistant" as const,
      content: Array.from({ length: calls }, (_, at) => ({
        type: "tool-call" as const,
        toolCallId: `${id}-${at}`,
        toolName: "read_file",
        input: {},
      })),
    },
    ...Array.from({ length: calls }, (_, at) => result(`${id}-${at}`, "x".repeat(size))),
  ]);

it("never cuts between a tool's call and its answer [req:api.compaction]", () => {
  const history = fc.array(
    fc.oneof(
      exchange,
      fc.string().map((text) => [user(text)]),
    ),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(history, fc.integer({ min: 100, max: 20_000 }), (parts, context) => {
      const messages = [user("go"), ...parts.flat()];
      const cut = cutAt(messages, context);
      if (cut === undefined) return;
      const kept = messages.slice(cut);
      expect(cut).toBeGreaterThan(0);
      expect(kept.length).toBeGreaterThan(0);
      const calls = new Set(
        kept.flatMap((one) =>
          one.role === "assistant" && typeof one.content !== "string"
            ? one.content.flatMap((part) => (part.type === "tool-call" ? [part.toolCallId] : []))
            : [],
        ),
      );
      for (const one of kept)
        if (one.role === "tool")
          for (const part of one.content)
            if (part.type === "tool-result") expect(calls).toContain(part.toolCallId);
    }),
  );
});

it("repeats the request that is worked on when it is in the part that goes", () => {
  const request = user("please rename it");
  const messages = [user("old"), request, call("a"), result("a", "text")];
  expect(compacted(messages, 2, "SUMMARY", request)).toEqual([
    user(
      "The conversation so far was too long and is summarised here:\n\nSUMMARY\n\nThe request that is being worked on:\n\nplease rename it",
    ),
    ...messages.slice(2),
  ]);
  expect(compacted(messages, 1, "SUMMARY", request)[1]).toBe(request);
});

it("counts what came since the model last counted, and bounds what is summarised", () => {
  expect(nearlyFull(1_000, 100, 700, [])).toBe(false);
  expect(nearlyFull(1_000, 100, 700, [user("x".repeat(800))])).toBe(true);
  expect(transcript([result("a", "y".repeat(100_000))], 1_000).length).toBeLessThan(3_000);
});
