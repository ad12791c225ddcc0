import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "notify.channels",
    "Desktop, webhook, URL and command notifications for done, needs you, broken, over budget.",
    "planned",
  ],
  ["notify.quiet", "Notifications are batched and keep quiet hours.", "planned"],
];

/** What issue 3 promises of notifications. */
export const notificationsRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
