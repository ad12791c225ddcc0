import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "admin.file-now",
    "A project's own settings file is shown as it stands on its base branch, with what approving it changes.",
  ],
  ["web.projects", "A project is added from a browser, paused, resumed and removed."],
  ["web.project.settings", "Settings of a project are changed one by one; a fault stands at its field."],
  ["web.project.file", "A person approves a project's settings file by the hash that was shown."],
  ["web.project.rules", "The rules of a project are listed, explained on a command and tried on the past."],
  ["web.project.templates", "Templates of a project are made, changed and removed in a browser."],
  ["web.tokens", "A token is made in a browser, shown once, and taken back."],
  ["web.settings", "The colours a person chose stay; the server's channels can be tested."],
  ["web.notes", "The browser tells once of each thing that begins to wait while the page is out of sight."],
  ["web.token-rotation", "Whoever replaces the token of the server is told what ends, and is logged out."],
  ["web.agents", "Agents show what they do and why they do not, and work again on a person's word."],
];

/** What the screens of projects, agents and settings promise. */
export const webAdminRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
}));
