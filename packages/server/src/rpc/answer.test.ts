import { HarnessError, rpcLimits } from "@harness/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { answerMessage } from "./answer.ts";

const Response = z.union([
  z.strictObject({
    jsonrpc: z.literal("2.0"),
    id: z.union([z.string(), z.int(), z.null()]),
    result: z.unknown(),
  }),
  z.strictObject({
    jsonrpc: z.literal("2.0"),
    id: z.union([z.string(), z.int(), z.null()]),
    error: z.strictObject({
      code: z.int().max(-32000),
      message: z.string().min(1),
      data: z.looseObject({ code: z.string(), retry: z.string(), request_id: z.string() }),
    }),
  }),
]);
const Answer = z.union([Response, z.array(Response).min(1).max(rpcLimits.batch)]);

/** Answers a message over one method that echoes and one that refuses. */
async function answer(bytes: Uint8Array): Promise<{ text: string | undefined; ran: number }> {
  let ran = 0;
  const { text } = await answerMessage(bytes, {
    open: new Set(),
    redact: (shown) => shown,
    requestId: () => "req_1",
    run: async ({ method, params }) => {
      ran += 1;
      if (method === "echo") return { result: params };
      throw new HarnessError("route_not_found", `There is no method ${method}.`);
    },
  });
  return { text, ran };
}

const id = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.constant(null), fc.boolean(), fc.object());
const almostCall = fc.record(
  {
    jsonrpc: fc.oneof(fc.constant("2.0"), fc.string(), fc.integer()),
    id,
    method: fc.oneof(fc.constantFrom("echo", "nothing", "rpc.x", "__proto__"), fc.jsonValue()),
    params: fc.oneof(fc.object({ maxDepth: 2 }), fc.jsonValue()),
    more: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

describe("any message at all", () => {
  it("is answered in the form of the specification, or not at all [req:rpc.fuzz]", async () => {
    const message = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(text)),
      almostCall.map((call) => Buffer.from(JSON.stringify(call))),
      fc
        .array(fc.oneof(almostCall, fc.jsonValue()), { maxLength: 130 })
        .map((all) => Buffer.from(JSON.stringify(all))),
    );
    await fc.assert(
      fc.asyncProperty(message, async (bytes) => {
        const { text, ran } = await answer(bytes);
        if (text !== undefined) Answer.parse(JSON.parse(text));
        expect(ran).toBeLessThanOrEqual(rpcLimits.batch);
      }),
      { numRuns: 300 },
    );
  });

  it("that is a good call gets its own id and result back [req:rpc.fuzz]", async () => {
    const goodId = fc.oneof(
      fc.string({ unit: "binary", maxLength: 1000 }),
      fc.maxSafeInteger(),
      fc.constant(null),
    );
    const params = fc.dictionary(
      fc.string().filter((key) => !/^(__proto__|constructor)$/.test(key)),
      fc.integer(),
    );
    await fc.assert(
      fc.asyncProperty(goodId, params, async (given, sent) => {
        const { text } = await answer(
          Buffer.from(JSON.stringify({ jsonrpc: "2.0", id: given, method: "echo", params: sent })),
        );
        expect(JSON.parse(text ?? "")).toEqual({
          jsonrpc: "2.0",
          id: Object.is(given, -0) ? 0 : given,
          result: { ...sent },
        });
      }),
    );
  });
});
