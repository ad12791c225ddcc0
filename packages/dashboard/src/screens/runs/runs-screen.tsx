import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** Finished work, searched and judged. */
export function RunsScreen(): ReactNode {
  return <Screen title="Runs">{null}</Screen>;
}
