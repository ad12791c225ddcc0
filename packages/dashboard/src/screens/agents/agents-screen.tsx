import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** The agents of this machine, and what each does. */
export function AgentsScreen(): ReactNode {
  return <Screen title="Agents">{null}</Screen>;
}
