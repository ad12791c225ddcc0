import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** What waits and runs, in the order it will start. */
export function QueueScreen(): ReactNode {
  return <Screen title="Queue">{null}</Screen>;
}
