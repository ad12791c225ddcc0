import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "admin.file-now",
    "A project's own settings file is shown as it stands on its base branch, with what approving it changes.",
  ],
];

/** What the screens of projects, agents and settings promise. */
export const webAdminRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
}));
