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
  [
    "issue 5",
    "policy.wired",
    "The policy answers every agent's question; what it leaves open goes to a person.",
  ],
  [
    "issue 5",
    "policy.recorded",
    "Every decision is recorded with the rule that decided and its justification.",
  ],
  [
    "seed 2",
    "policy.profiles",
    "strict, allow_listed and allow_all decide what is asked; prefixes do not pass `ls; rm`.",
  ],
  [
    "seed 2",
    "policy.retry-classes",
    "Commands retry by themselves only in configured classes without approval.",
  ],
  [
    "seed 2",
    "policy.blocked",
    "A blocked command is never run, whatever profile, rule or wrapper it comes with.",
  ],
  [
    "seed 2",
    "policy.dirs",
    "Listed directories open reading and narrow writing, by tools and in the sandbox.",
  ],
  ["seed 2", "policy.seed2-config", "Seed 2's words and variables are read into the same settings as ours."],
  ["SAFETY C4", "policy.ways-out", "A model that asks for less confinement gets none, and that is recorded."],
  ["SAFETY C8", "policy.sandbox-holds", "The sandbox holds whatever the policy answers."],
  ["SAFETY C8", "policy.unattended", "Where nobody can be asked, what a rule wants asked is denied."],
  [
    "SAFETY C11",
    "gate.asks",
    "Work that weakens tests or changes what later work is judged by waits for a person, though it is proven and reviewed.",
  ],
  [
    "SAFETY C3",
    "gate.missing-files",
    "Files that become settings of agents or hooks are asked about where they were missing.",
  ],
  [
    "SAFETY C11",
    "gate.paths",
    "CI, owners, settings of agents, hooks and files run on opening are protected.",
  ],
  ["SAFETY C11", "gate.tests", "A test that is deleted, left out or tests less is asked about."],
  ["SAFETY C11", "gate.validation", "A change of what validation runs is asked about."],
  [
    "SAFETY C11",
    "gate.lockfiles",
    "A lock file that changes without the dependencies it pins is asked about.",
  ],
  [
    "SAFETY C11",
    "gate.ordinary",
    "New tests, changed expectations and ordinary dependency changes ask nobody.",
  ],
  ["SAFETY C11", "gate.denied", "A person's no goes back to the agent with its reason."],
  ["SAFETY C2", "gate.by-content", "Leave is for exactly the bytes that were asked about."],
  ["SAFETY C2", "approval.by-content", "Other bytes of the same file are asked about again."],
  [
    "issue 5",
    "gate.rules",
    "Rules protect files of a finished change too, and forbid what no person can allow.",
  ],
  ["issue 5", "gate.config", "Operator and project choose what is protected."],
  ["SAFETY C5", "agents.argv", "No argument of any agent is made from a prompt."],
];

/** What answers the questions of agents: hooks, profiles, and what a finished change may hold. */
export const decideRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
