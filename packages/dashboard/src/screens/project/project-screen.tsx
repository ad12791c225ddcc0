import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** One project: its settings, its rules, its templates. */
export function ProjectScreen(): ReactNode {
  return <Screen title="Project">{null}</Screen>;
}
