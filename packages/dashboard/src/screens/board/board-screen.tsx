import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** The tasks, by who must act or by their state. */
export function BoardScreen(): ReactNode {
  return <Screen title="Board">{null}</Screen>;
}
