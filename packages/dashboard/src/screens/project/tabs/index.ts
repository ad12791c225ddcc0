import type { Project } from "@harness/protocol";
import type { ReactNode } from "react";
import { AllowedTab } from "./allowed-tab.tsx";
import { FileTab } from "./file-tab.tsx";
import { RulesTab } from "./rules-tab.tsx";
import { SettingsTab } from "./settings-tab.tsx";
import { TemplatesTab } from "./templates-tab.tsx";

interface ProjectTab {
  /** In the address. */
  readonly id: string;
  readonly name: string;
  readonly View: (props: { readonly project: Project }) => ReactNode;
}

/** The views of a project; the first is shown unless the address says otherwise. */
export const projectTabs = [
  { id: "settings", name: "Settings", View: SettingsTab },
  { id: "file", name: "Settings file", View: FileTab },
  { id: "templates", name: "Templates", View: TemplatesTab },
  { id: "rules", name: "Rules", View: RulesTab },
  { id: "allowed", name: "Allowed for good", View: AllowedTab },
] as const satisfies readonly ProjectTab[];
