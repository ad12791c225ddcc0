import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** How the server itself is doing. */
export function OperationsScreen(): ReactNode {
  return <Screen title="Operations">{null}</Screen>;
}
