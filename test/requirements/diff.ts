import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "http.ws-log",
    "A log comes over the socket of the topics too: as lines, resumed, to the end of its task.",
  ],
  [
    "client.one-socket",
    "All topics of a client share one socket; each resumes from its own cursor, and a slow reader holds up no other.",
  ],
  [
    "web-api.file",
    "A file is read as the work or its base has it: bounded, without secrets, and no other commit through it.",
  ],
  [
    "web.changes.more",
    "More of a file than its change shows is read by buttons and keys, up to the whole file; its lines can be commented on.",
  ],
  [
    "web.changes.talk",
    "The change of a conversation is read, commented on and pointed to like that of a task.",
  ],
  [
    "web.comments.moved",
    "Comments that were not sent go with their lines when the work goes on, or say that their line is gone, with the line as it was; links to lines do too.",
  ],
  [
    "web.comments.sent",
    "Whatever is said to the agent takes the collected comments along and says how many.",
  ],
  ["web.copy", "What a browser without a clipboard cannot copy is selected for a person to copy."],
  ["web.windows", "Eight windows of one browser follow eight tasks at once, and each answers."],
];

/** What following, reading and commenting on changes promise beyond the first screens. */
export const diffRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
}));
