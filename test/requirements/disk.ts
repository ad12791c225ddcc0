import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "up.disk-bounded",
    "Workspaces, caches, logs and old attempts stay within a bound; unpublished work is never deleted.",
    "done",
  ],
  ["up.disk-reserve", "On a full disk state and cancel still work.", "done"],
  [
    "disk.accounted",
    "Every folder of the data directory is counted; what belongs to no part is shown as other.",
    "done",
  ],
  [
    "disk.old-rows",
    "Once a day keys of requests older than a day and notifications told more than 90 days ago are forgotten.",
    "done",
  ],
  [
    "disk.order",
    "Only what it takes to keep the bound goes: caches used longest ago first, then outputs past their time; nothing in use.",
    "done",
  ],
  [
    "disk.unpublished-stays",
    "The newest snapshot and the head of a task always stay, and all of them unless its branch stands at the head.",
    "done",
  ],
  ["disk.never-while-running", "A project's mirror is left alone while an attempt of it runs.", "done"],
  ["disk.cache-used", "A cache counts as used whenever a task takes from it.", "done"],
  ["disk.tree-stays", "Work there is no room to snapshot stays in its tree for the next attempt.", "done"],
  [
    "disk.other-disk",
    "A full disk of the user's repository stops only the task that publishes there.",
    "done",
  ],
  ["disk.low", "Caches go when free space falls below what new work needs.", "done"],
  [
    "disk.auto-resume",
    "A full disk is looked at every 30 seconds; with room paused work goes on by itself.",
    "done",
  ],
  ["disk.pause-limit", "A task that finds the disk full again and again waits for a person.", "done"],
  ["disk.reserve", "The reserve is really written, given back at once, and never half there.", "done"],
  [
    "disk.full-retry",
    "A group of writes that finds the disk full is stored when the reserve makes room for it.",
    "done",
  ],
  [
    "disk.distrust",
    "A disk that keeps filling up is trusted later each time, at once when a person says so.",
    "done",
  ],
  [
    "disk.cli",
    "harness disk shows sizes by part and what would go; disk clean cleans or only says so.",
    "done",
  ],
  [
    "disk.degraded",
    "A database that cannot be written shows in the health, which still answers 200, and in /readyz, which answers 503; reading goes on.",
    "done",
  ],
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
