import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string, state: Requirement["state"]])[] = [
  [
    "task.checkout",
    "harness task checkout, accept, revise and discard take finished work from there.",
    "done",
  ],
  [
    "land.fast-forward",
    "Accepting finished work into a branch fast-forwards it where it can, and the landing is on record.",
    "done",
  ],
  ["land.merges-bounded", "Merges that were made for a landing are let go once one has landed.", "done"],
  ["land.merge", "Otherwise it merges, and says that the merge commit itself was not proven.", "done"],
  ["land.strategy", "ff_only never merges, merge always makes a merge commit.", "done"],
  [
    "land.checkout",
    "A clean checkout of the branch is updated together with it; its own files, untracked ones too, stay.",
    "done",
  ],
  ["land.dirty", "A checkout with changes of its own is left alone, and the files are named.", "done"],
  [
    "land.unsuitable",
    "What only the owner's own git can do (filters, submodules, another worktree, a merge in progress) is refused with the command.",
    "done",
  ],
  ["land.conflicts", "A conflict names its files and changes nothing.", "done"],
  [
    "land.head-moved",
    "Work whose branch has moved, or that is not the commit a person saw, does not land.",
    "done",
  ],
  [
    "land.stale",
    "Evidence or review of another commit, or none, lands nothing, unless a person accepted that.",
    "done",
  ],
  ["land.once", "Landing again in the same branch answers what is there and does nothing.", "done"],
  ["land.race", "A branch or checkout that moves meanwhile is never overwritten.", "done"],
  [
    "land.no-hooks",
    "No hook, filter or driver of the repository runs when work lands or is checked out.",
    "done",
  ],
  [
    "land.crash",
    "A server that dies while work lands finishes it at the next try, and lands it once.",
    "done",
  ],
  [
    "revise.lifecycle",
    "Work that ended or waits can be revised; work that runs or has not begun cannot.",
    "done",
  ],
  [
    "revise.caps",
    "A revision, like a retry, may give the task other caps: money, tokens, turns and wall time.",
    "done",
  ],
  [
    "revise.round",
    "A revision goes on from the work: same base, totals kept, proven and reviewed anew.",
    "done",
  ],
  [
    "revise.prompt",
    "What a person asks for is part of the task from then on, for implementer and reviewer.",
    "done",
  ],
  [
    "revise.publish",
    "Revised work moves its branch forward while it is where it was left; else it gets a new name.",
    "done",
  ],
  [
    "revise.conflicts",
    "A revision of work that conflicts with its base goes on from both, with the conflicts marked and named, so that its result lands.",
    "done",
  ],
  ["revise.once", "A crash loses no revision and delivers none twice to a turn that ended well.", "done"],
  ["revise.dependents", "A task that would start from work under revision waits for it.", "done"],
  ["discard.gone", "Discarding stops the task, deletes its branch and lets go of its snapshots.", "done"],
  ["discard.kept", "A branch somebody moved or has checked out is kept, and the answer says so.", "done"],
  ["discard.refused", "A discarded task is not retried, revised or landed.", "done"],
  ["discard.crash", "A discard that was interrupted is finished.", "done"],
  [
    "checkout.worktree",
    "The work is put in a worktree of its own, or the one that is there is named.",
    "done",
  ],
  [
    "checkout.where",
    "A worktree is made only in a new directory, in the allowed roots, outside the repository.",
    "done",
  ],
  ["checkout.switch", "With switch the clean checkout of the repository goes to the branch.", "done"],
  ["checkout.unpublished", "Work that is not published is shown on a branch of its own.", "done"],
  [
    "cli.after-done",
    "accept, revise, checkout and discard ask before what cannot be undone, and say what they did.",
    "done",
  ],
  ["cli.diff-views", "task diff shows the patch, its files or their names, without a pager.", "done"],
];

/** What issue 3 promises of after done. */
export const afterDoneRequirements: readonly Requirement[] = rows.map(([id, promise, state]) => ({
  id,
  source: "issue 3",
  promise,
  state,
}));
