import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** What is stuck, why, and what helps. */
export function ProblemsScreen(): ReactNode {
  return <Screen title="Problems">{null}</Screen>;
}
