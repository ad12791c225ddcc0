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
  ["web.windows", "Eight windows of one browser follow eight tasks at once, and each answers."],
];

/** What following, reading and commenting on changes promise beyond the first screens. */
export const diffRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
}));
