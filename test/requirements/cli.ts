import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "DESIGN 3.1",
    "cli.operations",
    "Every operation that names a command has it, and each of its parameters can be given there.",
  ],
  ["DESIGN 6", "cli.serve-flags", "harness serve takes every flag the configuration knows, and no other."],
  [
    "issue 2 edge",
    "cli.json",
    "With --json a command writes exactly the operation's result, or the problem document.",
  ],
  [
    "issue 2 edge",
    "cli.readable",
    "Output is an aligned, coloured table on a terminal and plain tab-separated text when piped; NO_COLOR is obeyed.",
  ],
  [
    "issue 3",
    "cli.narrow",
    "What a person has to act on is shown whole in 80 columns: why something waits, what helps, the limits of a list.",
  ],
  [
    "SAFETY F7",
    "cli.neutral",
    "Text of others cannot make a terminal do anything, whatever command shows it.",
  ],
  [
    "STYLE",
    "cli.errors",
    "A failure is one clear line with its code, field and hint, never a stack, and the exit code says whose fault it was.",
  ],
  ["issue 2 edge", "cli.task-names", "A task is named by its id, by the end of it, or by the word last."],
  [
    "issue 2 edge",
    "cli.watch",
    "harness task watch follows a task to its end through lost connections, and its exit code tells the outcome.",
  ],
  ["issue 2 edge", "cli.logs", "harness task logs prints every event of a task, page after page."],
  ["issue 2 edge", "cli.diff-piped", "A piped harness task diff is a patch that git apply can read."],
  [
    "issue 2 main job",
    "cli.project-add",
    "harness project add shows the settings it detected and registers nothing without a yes.",
  ],
  [
    "DESIGN 3.7",
    "cli.project-file",
    "Settings a repository brings itself are shown whole and approved by a question of their own, never by --yes.",
  ],
  [
    "issue 2 edge",
    "cli.exec",
    "harness exec takes a task from the prompt to a branch without a running server, and the exit code tells the outcome.",
  ],
  ["issue 2 edge", "cli.exec-server", "harness exec uses the running server when there is one."],
  ["issue 2 edge", "cli.exec-cancel", "Ctrl-C in harness exec cancels the task, and twice leaves at once."],
  [
    "DESIGN 6",
    "cli.serve",
    "harness serve says where it listens on standard error, leaves server.json for its users, and stops at SIGTERM with exit code 0.",
  ],
  [
    "issue 2 edge",
    "cli.init",
    "harness init writes a settings file Harness can read, and never overwrites one.",
  ],
  ["issue 2 main job", "cli.doctor", "harness doctor works with and without a running server."],
  [
    "DESIGN 6",
    "cli.token",
    "harness token prints the token, harness login a URL that logs a browser in once.",
  ],
  ["DESIGN 7", "cli.lazy-server", "Commands that only talk to a server do not load the server's code."],
  [
    "issue 2 set-up",
    "pack.install",
    "npm pack and a global install into an empty prefix give a harness command that works with an empty home.",
  ],
  [
    "DESIGN 5",
    "pack.old-node",
    "Under an older Node the installed command runs itself with the Node it brought, and passes signals and exit codes on.",
  ],
];

/** The `harness` command and its package. */
export const cliRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
