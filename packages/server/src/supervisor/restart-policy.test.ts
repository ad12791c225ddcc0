import { describe, expect, it } from "vitest";
import { type AfterCrash, afterCrash, noCrashes } from "./restart-policy.ts";

/** Crashes one after the other; each comes `uptimeMs` after its start. */
function crashes(uptimes: readonly number[]): AfterCrash[] {
  const decisions: AfterCrash[] = [];
  let history = noCrashes;
  let at = 1_000_000;
  for (const uptimeMs of uptimes) {
    at += uptimeMs;
    const decision = afterCrash(history, { at, uptimeMs });
    decisions.push(decision);
    if (decision.type === "give_up") break;
    history = decision.history;
    at += decision.afterMs;
  }
  return decisions;
}

const pauses = (decisions: readonly AfterCrash[]) =>
  decisions.map((one) => (one.type === "start" ? one.afterMs / 1000 : one.type));

describe("after a crash", () => {
  it("the pause doubles from a second to a minute, and the tenth crash within fifteen minutes is the last [req:up.back-off]", () => {
    const decisions = crashes(Array.from({ length: 12 }, () => 100));
    expect(pauses(decisions)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, "give_up"]);
    expect(decisions.at(-1)).toMatchObject({ reason: "The server crashed 10 times within 15 minutes." });
  });

  it("of a server that was healthy for five minutes the pause is a second again, and it is never given up [req:up.back-off]", () => {
    expect(pauses(crashes([100, 100, 299_999, 300_000, 100]))).toEqual([1, 2, 4, 1, 2]);
    expect(pauses(crashes(Array.from({ length: 40 }, () => 300_000)))).toEqual(Array(40).fill(1));
  });
});
