import type { Requirement } from "../support/requirement.ts";

const process: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "SAFETY 3.2",
    "process.outcome",
    "A program's exit code, output, output hash and times come back together.",
  ],
  [
    "SAFETY C6",
    "process.env",
    "A program sees only the environment it was given, and no input unless given.",
  ],
  ["SAFETY 0.3", "process.no-shell", "No argument is ever read by a shell."],
  ["SAFETY 4.4", "process.epipe", "A program that does not read its prompt does no harm."],
  [
    "SAFETY 4.4",
    "process.cwd-gone",
    "A program may remove its own directory; starting in one that is gone says so.",
  ],
  ["SAFETY 4.4", "process.crash", "A crash mid-line is reported with its signal, and the half line is kept."],
  ["SAFETY 4.4", "process.spawn-failed", "A program that cannot be started is an outcome with a reason."],
  ["SAFETY 3.2", "process.ledger", "A program is written down, privately, before its first output is read."],
  ["SAFETY 4.4", "process.utf8", "Invalid UTF-8 becomes U+FFFD; a code point split over reads stays whole."],
  [
    "SAFETY I8",
    "process.output-cap",
    "Output is kept up to a cap, head and tail; the cut is marked with its size.",
  ],
  ["SAFETY 4.4", "process.long-line", "A line beyond the limit is cut and marked; the next one is whole."],
  [
    "SAFETY 4.4",
    "process.flood",
    "1 GB of output leaves memory below 300 MB and the event loop below 50 ms.",
  ],
  ["SAFETY 3.2", "process.graceful-stop", "A program is asked to stop before it is killed."],
  ["SAFETY 3.2", "process.kill-escalation", "A program that ignores SIGTERM is killed after the grace."],
  ["SAFETY 3.2", "process.kill-tree", "Nothing of a stopped program survives, also not a setsid orphan."],
  ["SAFETY 3.2", "process.held-pipe", "A program's end is seen although a grandchild holds its output open."],
  ["SAFETY 4.4", "process.timeout-idle", "A program silent on both streams for too long is stopped."],
  ["SAFETY 4.4", "process.timeout-total", "A program that takes too long is stopped."],
  ["SAFETY 3.2", "process.kill-cookie", "All programs of one attempt can be stopped at once, and no others."],
  ["SAFETY K5", "process.reap", "After a crash, everything the dead server had started is killed at start."],
  [
    "SAFETY 3.2",
    "process.reap-only-ours",
    "Programs of a living server or another data directory are left alone.",
  ],
  ["SAFETY 3.2", "process.pid-reuse", "A stranger that got a dead program's pid is not killed."],
];

const sandbox: readonly (readonly [source: string, id: string, promise: string])[] = [
  ["SAFETY 2.3", "sandbox.write", "A confined program can write its workspace, at the same path as outside."],
  ["SAFETY 2.3", "sandbox.write-outside", "It can change nothing of the host outside the workspace."],
  [
    "SAFETY S2",
    "sandbox.read",
    "It can read no login, no key, no token and no other repository of the host.",
  ],
  [
    "DESIGN 3.6",
    "sandbox.hidden",
    "Hidden paths stay unreadable below readable ones; a workspace in them shows.",
  ],
  ["DESIGN 3.6", "sandbox.login", "What an adapter names of HOME is visible, and nothing else of it."],
  ["SAFETY C7", "sandbox.proc", "It sees no process of the host and no environment but its own."],
  ["SAFETY S4", "sandbox.network-none", "Without network it cannot reach our port on loopback."],
  ["issue 2", "sandbox.network-full", "With network it reaches what the host reaches."],
  ["SAFETY C6", "sandbox.env", "Its environment is what it was given and the runner's marks."],
  ["SAFETY 3.2", "sandbox.kill", "Stopping it leaves no process, also not an orphan that ignores SIGTERM."],
  ["SAFETY 3.2", "sandbox.graceful-stop", "SIGTERM reaches the program inside, which can end by itself."],
  [
    "SAFETY 3.2",
    "sandbox.owner-dies",
    "When the server is killed, everything in its sandboxes dies with it.",
  ],
  ["SAFETY B6", "sandbox.symlink", "A link in the workspace leads nowhere outside, read or mounted."],
  ["issue 2", "sandbox.exit", "Exit codes pass through; a signal is exit code 128 and its number."],
  ["SAFETY 2.3", "sandbox.privileges", "It has no capability and can gain none, nor undo the mounts."],
  ["SAFETY 2.3", "sandbox.machine", "It cannot change kernel settings, also not as root."],
  ["issue 2", "sandbox.read-only", "With the read-only profile it cannot change the workspace."],
  ["SAFETY S6", "sandbox.fail-closed", "Without a working sandbox the program is refused, with a fix."],
  ["DESIGN 5", "sandbox.bundle", "The sandbox works from the bundled, minified server."],
  ["issue 2", "sandbox.any-user", "It works for an ordinary user as well as for root."],
];

/** What starting, stopping and confining programs promises. */
export const processRequirements: readonly Requirement[] = [...process, ...sandbox].map(
  ([source, id, promise]) => ({ id, source, promise, state: "done" }),
);
