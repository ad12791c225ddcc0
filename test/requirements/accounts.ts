import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "wait.classified",
    "Provider errors are classified transient, quota, auth or permanent from real messages.",
    "planned",
  ],
  ["wait.quota-parks", "Quota parks the account, with one wake at its reset.", "done"],
  [
    "wait.quota-one-wake",
    "Tasks that meet the same quota start nothing more, and each prompt is given once again after one wake.",
    "done",
  ],
  ["wait.quota-restart", "A restart forgets no parked account and starts nothing to find out.", "done"],
  ["wait.takeover", "Another agent takes over with a summary where the project allows it.", "planned"],
  [
    "wait.auth-stops",
    "An auth failure stops that account at once and names the command that logs in.",
    "planned",
  ],
];

/** What issue 3 promises of accounts. */
export const accountsRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
