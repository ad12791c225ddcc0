import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "issue 5",
    "secrets.handles",
    "A secret may be a handle (env:, file:, command:), followed when it is used and kept nowhere; one that cannot be followed is refused by name, without a value.",
  ],
];

/** Handles, what leaves the server, what an agent may say back, and the attacks of SAFETY.md on all of it. */
export const secretsRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
