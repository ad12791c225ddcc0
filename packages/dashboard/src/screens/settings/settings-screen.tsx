import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** The token, the looks and the notifications. */
export function SettingsScreen(): ReactNode {
  return <Screen title="Settings">{null}</Screen>;
}
