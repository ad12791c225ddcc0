import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "up.background",
    "harness up runs in the background, restarts after a crash, and down stops it.",
    "planned",
  ],
  ["up.service", "A systemd user unit or launchd file is written on request.", "planned"],
];

/** What issue 3 promises of up. */
export const upRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
