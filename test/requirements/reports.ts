import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "wait.total-limit",
    "Every wait has a total time limit; at its end the task fails, says what it waited for and keeps its work.",
    "done",
  ],
  [
    "wait.same-cause",
    "A wait that a timer ends and that begins again for the same cause goes on counting; new work, another cause and a person begin anew.",
    "done",
  ],
  [
    "wait.every-code",
    "Whatever a task waits for, the wait has a limit; status, problems and report agree on whether a person must act.",
    "done",
  ],
  [
    "wait.commands",
    "A wait for a person's judgement of work names first what ends it as it is typed, and how to have the work changed.",
    "done",
  ],
  ["wait.old-rows", "Waits stored by an older version get a limit at the next start.", "done"],
  [
    "report.morning",
    "harness report tells what finished, what needs you, what failed, and what it cost.",
    "done",
  ],
  [
    "report.landing-order",
    "Conflicts between finished branches and the landing order that avoids them are shown.",
    "done",
  ],
  [
    "report.landing-properties",
    "The landing order holds each branch once, dependencies first; what it lands lands together, and what it leaves conflicts with that.",
    "done",
  ],
  [
    "report.landing-simulated",
    "The order is tried by merging one branch after the other, so that branches which only conflict together are seen.",
    "done",
  ],
  [
    "report.landing-problem",
    "A repository that cannot be read is said with its reason, and the rest is reported.",
    "done",
  ],
  [
    "report.conflicts",
    "Trials of merges find same lines, renames and deletions against changes, not disjoint hunks, and leave nothing behind.",
    "done",
  ],
  [
    "report.conflicts-unknown",
    "A merge that cannot be tried, or was not in time, is unknown and never called clean.",
    "done",
  ],
  [
    "report.bounded",
    "A report has at most 500 lines a list and 40 branches a project, and says what was cut; a thousand reports are kept.",
    "done",
  ],
  [
    "report.spend",
    "Spend adds up the turns that ended in the time of the report; unknown cost stays unknown.",
    "done",
  ],
  [
    "report.accounts",
    "A report tells which accounts were parked, stopped and woken, and how they stand.",
    "done",
  ],
  ["wait.shown", "The page of a task says when its wait makes it fail.", "done"],
  [
    "report.commands",
    "Each line of a report has one command, which can be pasted whatever a branch is called.",
    "done",
  ],
  ["report.crashes", "A start of the server without a stop before it is counted as a crash.", "done"],
  ["report.refusals", "Times that are no stretch, unknown projects and unknown reports are refused.", "done"],
  ["report.markdown", "A report is one page of Markdown.", "done"],
  ["report.markdown-neutral", "Text of others has no effect in the Markdown of a report.", "done"],
  [
    "report.terminal",
    "A report fits the width of a terminal and says in words what it says in colours.",
    "done",
  ],
  ["report.json", "harness report --json writes the exact result.", "done"],
  ["report.since", "harness report takes 8h, 22:00 and RFC 3339.", "done"],
  ["report.list", "harness reports lists the reports that were made.", "done"],
  [
    "report.daily",
    "With report.at a report is made each day at that time, once, also when the server was down then.",
    "done",
  ],
  [
    "problems.list",
    "Stalled, looping, parked, over budget and waiting tasks are listed with age, reason and command.",
    "done",
  ],
  ["problems.causes", "Stopped accounts, a full disk and unapproved settings are listed too.", "done"],
  ["problems.cheap", "The list of problems goes over indexes and never over all tasks.", "done"],
  ["problems.cli", "harness problems shows kind, age, reason, limit and the commands that help.", "done"],
];

/** What issue 3 promises of reports. */
export const reportsRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
