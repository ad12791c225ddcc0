import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "seed 1",
    "sandbox.modes",
    "read-only, workspace-write, networked and full access are modes of one table.",
  ],
  ["seed 2", "sandbox.declared", "Declared paths and network are held to; a missing backend is an error."],
  [
    "issue 5",
    "sandbox.declared-profile",
    "A task below whose needs the sandbox falls is refused, never downgraded.",
  ],
  [
    "SAFETY C4",
    "sandbox.max-profile",
    "Nobody gets more than the operator allows; asking for a way out is refused and recorded.",
  ],
  [
    "issue 5",
    "sandbox.full-access",
    "Unconfined work needs the operator's configuration and is shown on its records.",
  ],
];

/** What the sandbox promises beyond what every confined program is held to. */
export const sandboxRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
