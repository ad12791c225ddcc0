import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "up.disk-bounded",
    "Workspaces, caches, logs and old attempts stay within a bound; unpublished work is never deleted.",
    "planned",
  ],
  ["up.disk-reserve", "On a full disk state and cancel still work.", "planned"],
  ...["k1", "k2", "k3", "k4", "k5", "k6", "k9", "k10", "k11", "k12", "k16", "db"].map(
    (point) =>
      [
        `disk.enospc.${point}`,
        `A disk that is full at ${point.toUpperCase()} loses nothing acknowledged; the task is paused and then finishes exactly once.`,
        "done",
      ] as const,
  ),
];

/** What issue 3 promises of disk. */
export const diskRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
