import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** What was spent, and on what. */
export function CostScreen(): ReactNode {
  return <Screen title="Cost">{null}</Screen>;
}
