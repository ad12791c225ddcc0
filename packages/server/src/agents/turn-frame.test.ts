import { expect, it } from "vitest";
import type { AgentTurn } from "./port.ts";
import { frameTurn } from "./turn-frame.ts";

it("tells of use at once, also when nobody reads the events before it [req:budget.within-a-second]", async () => {
  const told: number[] = [];
  const turn: AgentTurn = {
    prompt: "",
    workspace: "/",
    access: "read-only",
    attempt_id: "att_1",
    turn_timeout_ms: 1,
    idle_timeout_ms: 1,
    sandbox: () => Promise.reject(new Error("nothing is started")),
    approve: () => Promise.resolve({ decision: "deny", reason: "" }),
    on_usage: ({ total_tokens }) => told.push(total_tokens),
    signal: new AbortController().signal,
  };
  const events = frameTurn(turn, async (_turn, emit) => {
    for (const total_tokens of [1, 2, 3]) {
      emit({ type: "message_delta", text: "x" });
      emit({
        type: "usage",
        usage: { input_tokens: 0, output_tokens: 0, cached_tokens: 0, total_tokens, cost_usd: null },
      });
      expect(told.at(-1)).toBe(total_tokens);
    }
    return { status: "cancelled", session_id: null, usage: null };
  });
  const types: string[] = [];
  for await (const { type } of events) types.push(type);
  expect(told).toEqual([1, 2, 3]);
  expect(types.at(-1)).toBe("ended");
});
