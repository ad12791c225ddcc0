import type { CostSum } from "@harness/protocol";
import type { ReactNode } from "react";
import { money } from "../../ui/index.ts";

/** A cost, or what is known of it and how many turns are not: unknown is never nothing. */
export function KnownCost({
  of: { cost_usd, cost_known_usd, unknown_turns },
}: {
  readonly of: Pick<CostSum, "cost_usd" | "cost_known_usd" | "unknown_turns">;
}): ReactNode {
  if (cost_usd !== null) return money(cost_usd);
  return (
    <>
      {cost_known_usd > 0 ? `at least ${money(cost_known_usd)}` : "unknown"}
      <span className="block text-sm font-normal text-muted">
        {unknown_turns} {unknown_turns === 1 ? "turn" : "turns"} of unknown cost
      </span>
    </>
  );
}
