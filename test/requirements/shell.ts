import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "issue 5",
    "policy.shell-aware",
    "Every segment of a shell command is judged, wrappers unwrapped, strictest wins.",
  ],
  [
    "SAFETY C8",
    "policy.shell-nesting",
    "A forbidden command is found however many wrappers, quotes and compound commands are around it.",
  ],
  [
    "SAFETY C8",
    "policy.shell-differences",
    "What shells read differently, or what is known only when it runs, counts as not known.",
  ],
  ["FIELD B10", "policy.shell-fuzz", "Any text is read without a crash, in bounded time and space."],
  [
    "FIELD B10",
    "policy.shell-as-bash",
    "Every command bash runs for a text that was read is among its segments.",
  ],
  ["issue 5", "policy.shell-argv", "A command that is a list of words is read as the text it stands for."],
  [
    "seed 2",
    "policy.intent",
    "What a command reads, writes and reaches is inferred from its words and redirects.",
  ],
];

/** What is promised of reading what a shell would run. */
export const shellRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
