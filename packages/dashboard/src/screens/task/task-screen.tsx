import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** One task: what was said, changed, proven, reviewed and spent. */
export function TaskScreen(): ReactNode {
  return <Screen title="Task">{null}</Screen>;
}
