import type { Event } from "@harness/protocol";
import { expect, it } from "vitest";
import { summaryOf } from "./event-line.tsx";

const told = (data: unknown) => summaryOf({ data } as Event);

it("an event is one line: words and figures by their names, without ids", () => {
  expect(told({ attempt_id: "att_1", stage: "validate", round: 2, outcome: "ok", detail: null })).toBe(
    "stage validate · round 2 · outcome ok",
  );
  expect(told({ item: { id: "x", kind: "command", command: "a\nb", exit_code: 1 } })).toBe(
    "kind command · command a b · exit_code 1",
  );
  expect(told({ text: "x".repeat(1_000) }).length).toBeLessThan(310);
});
