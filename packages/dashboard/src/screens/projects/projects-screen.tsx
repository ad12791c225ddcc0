import type { ReactNode } from "react";
import { Screen } from "../../ui/index.ts";

/** The repositories that are registered. */
export function ProjectsScreen(): ReactNode {
  return <Screen title="Projects">{null}</Screen>;
}
