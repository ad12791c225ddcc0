import type { Requirement } from "../support/requirement.ts";

/** Git and workspaces: what is promised about the user's repository and about a tree an agent owned. */
export const gitRequirements: readonly Requirement[] = [
  row(
    "git.hardened",
    "SAFETY B0",
    "Every git command gets an environment made from nothing and settings that start no program.",
  ),
  row(
    "git.one-runner",
    "SAFETY B0, A9",
    "Git is started in one place, programs in one folder, and nothing through a shell.",
  ),
  row("git.no-discovery", "SAFETY B8", "Git is told which repository to use and never looks for another."),
  row(
    "git.transports",
    "SAFETY B0",
    "Git uses no transport but local paths, and those only between our own copies.",
  ),
  row(
    "git.limits",
    "DESIGN 3.5",
    "A git command's output is kept to a cap with the cut marked, and an abort ends it.",
  ),
  row(
    "git.ref-names",
    "SAFETY B3, B4",
    "A branch or commit name that could be an option, a command or invisible is refused.",
  ),
  row(
    "git.config-tampered",
    "SAFETY B0, B1",
    "A repository whose configuration gained something that runs code is refused, and the key is named.",
  ),
  row(
    "git.no-traps",
    "SAFETY B, B2",
    "No trap an agent leaves in its tree, nor one in the user's repository, starts a program.",
  ),
  row(
    "git.safe-directory",
    "SAFETY B2",
    "A repository of another owner is readable because its exact path is allowed, never all paths.",
  ),
  row("workspaces.pipeline", "DESIGN 3.5", "An agent's changes become a branch in the user's repository."),
  row(
    "workspaces.checkout-untouched",
    "DESIGN 3.5, SAFETY B8",
    "The user's files, HEAD, index, configuration and hooks are the same before and after.",
  ),
  row(
    "workspaces.publish-once",
    "DESIGN 3.3, SAFETY K12",
    "Publishing again finds its own branch; a branch of that name at another commit is never moved.",
  ),
  row(
    "workspaces.own-clone",
    "DESIGN 3.5, SAFETY B2",
    "An agent that ruins every object in its clone harms neither the mirror nor the user's repository.",
  ),
  row(
    "workspaces.start-from-result",
    "DESIGN 3.5",
    "A dependent task starts from another's result, and no clone holds other tasks' work.",
  ),
  row(
    "workspaces.clean-checkout",
    "DESIGN 3.5",
    "Validation and review see exactly the commit and nothing the agent left untracked.",
  ),
  row(
    "workspaces.snapshot",
    "DESIGN 3.5",
    "The snapshot is the same whether the agent commits, stages, switches branches or breaks its repository.",
  ),
  row(
    "workspaces.snapshot-refs",
    "DESIGN 3.5",
    "Every turn's work is on a ref of its own; a turn that changed nothing says so.",
  ),
  row(
    "workspaces.snapshot-limits",
    "DESIGN 3.5",
    "Files over the size and number caps and special files are left out and named.",
  ),
  row("workspaces.untrusted-state", "DESIGN 3.5", "The agent's git state is never used."),
  row(
    "workspaces.gone",
    "SAFETY B8",
    "A working tree the agent removed or replaced is reported as gone, and nothing else is touched.",
  ),
  row(
    "workspaces.embedded",
    "DESIGN 3.5",
    "A repository inside the tree is skipped and reported; the files beside it are kept.",
  ),
  row(
    "workspaces.ignore",
    "DESIGN 3.5",
    "Ignored files stay out, also when the agent deletes the rule; what is held back is reported.",
  ),
  row(
    "workspaces.bytes",
    "DESIGN 3.5",
    "Line ends and encodings go through git's own rules and back without loss; filters never run.",
  ),
  row(
    "workspaces.odd-names",
    "DESIGN 3.5",
    "File names with any byte survive; names git cannot store are reported.",
  ),
  row("workspaces.links", "SAFETY B6", "A symbolic link is stored as a link and never read through."),
  row(
    "workspaces.diff-complete",
    "DESIGN 3.5",
    "An agent cannot hide a change from the diff with an attribute.",
  ),
  row(
    "workspaces.diff-cap",
    "DESIGN 3.5",
    "A long diff is cut and marked, and its list of files is complete.",
  ),
  row(
    "workspaces.copy-files",
    "DESIGN 3.5",
    "Named files are copied into the workspace, never through a link, and never into a snapshot.",
  ),
  row("workspaces.refresh", "DESIGN 3.5", "Refreshing the mirror keeps every base commit it was ever given."),
  row(
    "workspaces.repository-kinds",
    "DESIGN 3.5",
    "Shallow repositories and repositories with SHA-256 ids work.",
  ),
  row(
    "workspaces.read-base-file",
    "SAFETY C1",
    "Project settings are read from the base commit, not from the disk.",
  ),
  row(
    "workspaces.inspect",
    "DESIGN 3.5",
    "Registration tells branches, submodules, LFS and the repository's configuration.",
  ),
  row("workspaces.submodules-off", "SAFETY B5", "Submodules are never initialised or entered."),
  row(
    "workspaces.branch-name",
    "DESIGN 3.5",
    "The branch is named prefix, title and short id, whatever the title holds.",
  ),
  row("workspaces.paths", "SAFETY B6", "An id or path that leads out of the data directory is refused."),
  row(
    "workspaces.no-parent-repository",
    "SAFETY B8",
    "A workspace that lost its repository never falls through to one above it.",
  ),
  row(
    "workspaces.crash",
    "SAFETY K4, K11, K12, K16",
    "A server that dies half way leaves nothing that the next start does not finish or remove.",
  ),
  row(
    "workspaces.remove",
    "SAFETY K16",
    "Cleanup removes read-only and very deep trees and may be repeated.",
  ),
  row("workspaces.orphans", "SAFETY I6", "Workspaces without a living attempt are found and removed."),
  row(
    "workspaces.concurrent",
    "DESIGN 3.5",
    "Many attempts of one project work at once and publish under different names.",
  ),
  row(
    "workspaces.merge",
    "DESIGN 3.5",
    "Accepting merges into a branch nobody has checked out, or says what to type.",
  ),
];

function row(id: string, where: string, promise: string): Requirement {
  return { id, source: `issue 2 / ${where}`, promise, state: "done" };
}
