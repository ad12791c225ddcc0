import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, source: string, promise: string])[] = [
  [
    "access.scopes",
    "issue 4 / SAFETY A11",
    "A token may do what the scopes of its row allow, whatever a request says.",
  ],
  ["access.no-more", "SAFETY A11", "No token can make one that may do more than itself."],
  ["access.hashed", "SAFETY E1", "A token is shown once and kept as a hash."],
  [
    "access.revoked",
    "SAFETY A12",
    "A token that is taken back is refused at once, and its streams and sockets end within five seconds.",
  ],
  ["access.expires", "issue 4", "A token stops working at its time, and what it opened ends."],
  ["access.restart", "issue 4", "Tokens, and that they were taken back, survive a restart."],
];

/** What agent hosts are promised, and the tokens they come with. */
export const mcpRequirements: readonly Requirement[] = rows.map(([id, source, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
