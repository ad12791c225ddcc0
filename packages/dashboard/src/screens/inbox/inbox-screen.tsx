import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** What agents ask leave for or want to know. */
export function InboxScreen(): ReactNode {
  return <Screen title="Approvals">{null}</Screen>;
}
