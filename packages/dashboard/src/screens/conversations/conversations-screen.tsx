import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** The conversations with agents that belong to no task. */
export function ConversationsScreen(): ReactNode {
  return <Screen title="Conversations">{null}</Screen>;
}
