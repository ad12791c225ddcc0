import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** One conversation with an agent. */
export function ConversationScreen(): ReactNode {
  return <Screen title="Conversation">{null}</Screen>;
}
