import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "up.disk-bounded",
    "Workspaces, caches, logs and old attempts stay within a bound; unpublished work is never deleted.",
    "planned",
  ],
  ["up.disk-reserve", "On a full disk state and cancel still work.", "planned"],
];

/** What issue 3 promises of disk. */
export const diskRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
