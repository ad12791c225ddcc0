import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  ["issue 5", "sandbox.srt-root", "srt, which does not confine root, is refused for root, and says so."],
  [
    "issue 5",
    "sandbox.srt-agents",
    "The real Claude Code, Codex and OpenCode do a whole task under srt, as under the other drivers.",
  ],
  [
    "SAFETY S3",
    "sandbox.groups-v2",
    "Control groups of version 2 hold a run where this user may make them, and are left by nobody.",
  ],
  [
    "issue 5",
    "sandbox.container-real",
    "A container engine that works passes the suite, and what it cannot do is refused.",
  ],
  [
    "issue 5",
    "sandbox.needs-refused",
    "Work that needs an isolated sandbox is refused where the driver only fences, as srt does on macOS.",
  ],
];

/** What srt cannot give, and what is refused for it. */
export const srtRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
