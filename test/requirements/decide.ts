import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  ["issue 5", "policy.hooks", "Operator hooks see and decide tool use, with time limits."],
  [
    "FIELD D1",
    "hooks.answers",
    "A hook's exit code and JSON mean what Claude Code documents; a changed input is a failure.",
  ],
  [
    "FIELD D1",
    "hooks.decide",
    "PreToolUse hooks allow, deny or have a person asked; PermissionRequest hooks answer in a person's place.",
  ],
  ["FIELD D1", "hooks.events", "Hooks are told of sessions, tools, turns, tasks, validation and review."],
  [
    "issue 5",
    "hooks.fail-closed",
    "A deciding hook that fails, hangs or is not there denies, unless the operator said otherwise.",
  ],
  ["issue 5", "hooks.bounded", "Hooks nobody waits for run a few at once and delay nothing."],
  ["issue 5", "hooks.environment", "A hook gets an allow-list of the server's environment."],
  ["issue 5", "hooks.operator-only", "Hooks a repository brings are never run by Harness."],
  ["issue 5", "hooks.config", "A hook that is written down wrongly stops the start with its place."],
];

/** What answers the questions of agents: hooks, profiles, and what a finished change may hold. */
export const decideRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
