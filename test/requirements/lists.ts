import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  ["list.submit", "harness task submit -f takes Markdown, YAML, JSON lines or standard input.", "planned"],
  ["list.dry-run", "A dry run shows order and limits.", "planned"],
  ["list.templates", "Templates per project fill in tasks.", "planned"],
];

/** What issue 3 promises of lists. */
export const listsRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
