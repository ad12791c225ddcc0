import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "agent.claude-live",
    "A running Claude turn can be steered, interrupted, asked for permission and resumed.",
  ],
  [
    "agents.steer",
    "A running turn takes more words, joined to what it does; a turn that is over refuses them.",
  ],
  [
    "agents.slow-approval",
    "While a person is asked, neither the idle nor the total limit of the turn goes on.",
  ],
  [
    "agents.question",
    "An agent asks a person and goes on with the answer, or without one when nobody is there.",
  ],
  ["agents.fork", "A conversation goes on as a copy under its own id; the old one stays as it was."],
  [
    "agents.raw-traffic",
    "Every raw line between an adapter and its agent is told both ways, and cannot break a turn.",
  ],
  [
    "agents.garbage",
    "Garbage from an agent never breaks a thread; unknown items are kept as unknown, bounded in number and size.",
  ],
];

/** Turns a person takes part in, and what garbage does to them. */
export const claudeLiveRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 4",
  promise,
  state: "done",
}));
