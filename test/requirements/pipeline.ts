import type { Requirement } from "../support/requirement.ts";

type Row = readonly [source: string, id: string, promise: string];

const pipeline: readonly Row[] = [
  [
    "issue 2",
    "pipeline.done",
    "A task becomes a branch of the user's repository at the commit that was proven.",
  ],
  [
    "DESIGN 3.5",
    "pipeline.branch-name",
    "The branch is called prefix, slug of the title, short id of the task.",
  ],
  [
    "DESIGN 3.5",
    "pipeline.branch-taken",
    "A branch name that is taken is never moved; the next one gets -2.",
  ],
  [
    "issue 2",
    "pipeline.evidence",
    "Evidence is a command Harness ran on the exact commit, with exit code, counts and output hash.",
  ],
  [
    "issue 2",
    "pipeline.review",
    "Every review round is by another agent and bound to a commit; findings go back to the implementer.",
  ],
  [
    "SAFETY I6",
    "pipeline.untouched",
    "The user's HEAD, index, configuration, hooks and files are never touched.",
  ],
  [
    "DESIGN 3.5",
    "pipeline.base-kept",
    "A task keeps the base it was started from, whatever happens to the branch.",
  ],
  [
    "DESIGN 3.3",
    "waits.repository-gone",
    "A repository or base branch that is gone makes a task wait, not fail.",
  ],
  ["issue 2", "pipeline.stages", "Every stage is recorded with start, end and outcome."],
  ["issue 2", "pipeline.grade", "Finished work has a grade whose formula and parts are shown."],
  ["issue 2", "pipeline.sandbox-shown", "Every record shows the sandbox it was made under."],
  ["issue 2", "pipeline.records", "Prompts, artifacts, proof and diff of a task can be read."],
  ["SAFETY I6", "pipeline.nothing-left", "After a task no process, workspace or process record is left."],
  [
    "issue 2",
    "pipeline.validation-feedback",
    "The output of a failed command goes back to the agent, which may fix it.",
  ],
  ["issue 2", "pipeline.validation-failed", "Work that stays red ends failed, never done."],
  ["DESIGN 3.3", "pipeline.retry-kept-work", "A retry goes on from the work that was kept."],
  ["CONTRACT 1.6", "pipeline.retry-fresh", "A fresh retry starts over from the base."],
  ["issue 2", "pipeline.lying-agent", "What an agent says about tests decides nothing."],
  [
    "issue 2",
    "pipeline.clean-checkout",
    "What an agent left untracked, such as a fake test runner, is not there when its work is proven.",
  ],
  [
    "issue 2",
    "pipeline.validation-timeout",
    "A command that takes too long or does not exist has not passed, and says so.",
  ],
  ["issue 2", "pipeline.no-change", "Work without a diff ends no_change."],
  ["DESIGN 3.3", "pipeline.zero-output", "An agent that did nothing observable has not succeeded."],
  ["issue 2", "pipeline.no-validation", "A project without validation commands waits for a person."],
  [
    "issue 2",
    "pipeline.accept",
    "A person may accept what is unproven; it is recorded and shown in the grade.",
  ],
  [
    "issue 2",
    "pipeline.unblock",
    "An unblocked task goes on where it stopped, under the project's newer settings.",
  ],
  [
    "issue 2",
    "pipeline.validation-none",
    'A project may say validation = "none", which is shown on every record.',
  ],
  ["issue 2", "pipeline.no-reviewer", "Without a second agent or model a task waits for a person."],
  [
    "issue 2",
    "pipeline.same-agent",
    "A review by the author itself needs the project's opt-in, is marked and graded lower.",
  ],
  [
    "issue 2",
    "pipeline.review-limit",
    "Used-up review rounds wait for a person, who gives more rounds or accepts.",
  ],
  ["issue 2", "pipeline.stale-accept", "An acceptance of an older commit is refused."],
  [
    "issue 2",
    "pipeline.review-unanswered",
    "An implementer that does not answer a review does not loop: a person is asked.",
  ],
  ["issue 2", "pipeline.review-garbage", "An answer of a reviewer that cannot be read is never an approval."],
  [
    "issue 2",
    "pipeline.review-contradiction",
    "An approval with a critical finding is a request for changes.",
  ],
  ["issue 2", "workspace.isolated", "Tasks that run at once do not see each other's work."],
];

const parts: readonly Row[] = [
  ["issue 2", "evidence.counts", "Test counts are read where the format is known and null otherwise."],
  ["issue 2", "grade.formula", "The parts of a grade add up to its score."],
  ["issue 2", "grade.null", "Without data there is no grade."],
  ["issue 2", "review.answer", "Only a complete answer in the asked form is a verdict."],
  [
    "issue 2",
    "review.choice",
    "The reviewer is another adapter, else another model, else nobody without the opt-in.",
  ],
  ["issue 2", "review.contradiction", "An approving answer with a grave finding asks for changes."],
  ["SAFETY C6", "review.prompt", "What a reviewer reads is fenced as data and bound to the commit."],
  [
    "SAFETY C6",
    "prompts.implement",
    "The implementer is told what will judge the work and what was wrong with it.",
  ],
  ["issue 2", "policy.inside", "An agent's question about something inside the workspace is answered yes."],
  [
    "issue 2",
    "policy.outside",
    "An agent's question about something outside the workspace is answered no, with the reason.",
  ],
  [
    "issue 2",
    "triage.plan",
    "Triage and plan run before the work when asked for, and the plan reaches the implementer.",
  ],
  ["CONTRACT 1.6", "triage.skip", "Triage may advise against a task; force_execute overrules."],
  ["CONTRACT 1.15", "triage.footer", "Only the last three lines of a triage answer are read."],
  ["CONTRACT 1.15", "triage.unreadable", "A triage answer that cannot be read is no answer."],
];

const flow: readonly Row[] = [
  ["issue 2", "dispatch.priority", "Higher priority goes first, then first in, first out."],
  ["issue 2", "dispatch.fair", "Projects are served in turn, whatever the length of their queues."],
  ["issue 2", "dispatch.ageing", "Waiting raises a task's priority, so that nothing starves."],
  [
    "SAFETY I11",
    "dispatch.limits-live",
    "Running tasks never pass a project's or the global limit at any moment.",
  ],
  [
    "DESIGN 3.3",
    "dispatch.not-before",
    "A task is not claimed before its time, nor while its last attempt is cleaned up.",
  ],
  ["issue 2", "dispatch.inactive", "A project that is switched off is passed over."],
  ["issue 2", "dispatch.dependency", "A task that depends on another starts from its result."],
  [
    "DESIGN 3.3",
    "dispatch.dependency-failed",
    "A failed dependency is a visible reason; its retry ends the wait.",
  ],
  ["SAFETY I3", "dispatch.fence", "A write of an attempt that was overtaken is refused and recorded."],
  ["issue 2", "cancel.turn", "Cancel in the middle of a turn stops every process of it."],
  ["DESIGN 3.5", "cancel.work-kept", "What a stopped agent had done is on a ref."],
  ["issue 2", "cancel.retry", "A cancelled task can be retried and goes on with its work."],
  ["issue 2", "cancel.setup", "Cancel during setup stops the commands."],
  ["issue 2", "cancel.queued", "A task cancelled in the queue never starts."],
  ["issue 2", "cancel.validating", "Cancel during validation stops the commands."],
  ["issue 2", "cancel.reviewing", "Cancel during review stops the reviewer."],
  ["issue 2", "cancel.waiting", "A waiting task can be cancelled."],
  ["DESIGN 3.3", "lifecycle.table", "Every command in every status does what the table says."],
  ["DESIGN 3.3", "lifecycle.accept", "Only a wait that a person can answer for can be accepted."],
  [
    "DESIGN 3.3",
    "lifecycle.terminal",
    "Done and no_change are left only when a person asks for a change to the work.",
  ],
  ["SAFETY I2", "lifecycle.model", "No order of commands leaves the legal graph."],
  ["DESIGN 3.4", "lifecycle.counters", "Status counters equal a recount after any order of commands."],
  ["CONTRACT 1.6", "lifecycle.refused", "A command in the wrong status is refused, naming the status."],
  ["issue 2", "drain.resume", "A server that stops queues running tasks again; the next one resumes them."],
  ["DESIGN 3.3", "drain.inherit", "Finished stages are inherited, not done again."],
  ["SAFETY I4", "drain.publish-once", "A resumed task is published once."],
  ["DESIGN 3.5", "drain.work-kept", "Half a turn's work survives a stop of the server."],
  ["DESIGN 3.3", "drain.try-not-counted", "A stop of the server does not use up a try."],
  ["issue 2", "drain.graceful", "A turn that ends within the drain time ends in order."],
  ["CONTRACT 1.22", "waits.quota-timer", "A used-up quota with a reset time ends by itself."],
  ["CONTRACT 1.22", "waits.auth", "A missing login waits for a person and cannot be accepted away."],
  ["issue 2", "waits.agent", "A missing agent waits and says how to fix it."],
  ["SAFETY S6", "waits.sandbox", "Without a working sandbox nothing runs."],
  ["issue 2", "waits.sandbox-none", "Running unconfined needs the operator's word and is shown."],
  [
    "SAFETY B1",
    "waits.repository",
    "A repository whose configuration begins to run code waits, naming the key.",
  ],
];

const limits: readonly Row[] = [
  ["SAFETY I9", "budget.turns", "A limit on turns is held over retries."],
  ["DESIGN 3.5", "budget.kept", "Work done before a budget ran out is kept."],
  ["SAFETY I9", "budget.tokens", "A limit on tokens stops a turn that reaches it."],
  ["SAFETY I9", "budget.retry-totals", "A retry adds to the totals and may raise the limit."],
  ["SAFETY I9", "budget.dollars", "A limit in dollars counts every turn of every model."],
  ["DESIGN 3.3", "budget.null", "An unknown cost is null, never 0."],
  ["DESIGN 3.3", "budget.unknown-cost", "A limit in dollars stops a task whose cost is unknown."],
  [
    "issue 3",
    "budget.remove",
    "A cap can be taken from a task; the command offered after one that cannot be held does so, and the task goes on.",
  ],
  ["SAFETY I9", "budget.limits", "A limit is reached at its value, not after it."],
  ["SAFETY C1", "project-file.approval", "A project's own file counts only as a person approved its hash."],
  ["SAFETY C2", "project-file.changed", "A changed project file is asked about again."],
  ["SAFETY C1", "project-file.branch-copy", "A task branch's copy of the project file has no effect."],
  ["issue 2", "setup.cache", "Dependencies are set up once for a base and copied afterwards."],
  ["issue 2", "setup.cache-trusted", "Only the untouched base fills the dependency cache."],
  ["SAFETY B6", "setup.cache-link", "A link an agent put where the cache goes leads nowhere outside."],
  ["issue 2", "setup.failed", "A failed setup command ends the task visibly."],
  ["issue 2", "setup.copy-files", "Files copied in by name are not part of the work."],
];

const agents: readonly Row[] = [
  ["issue 2", "agents.hangs", "An agent that hangs is stopped, and its work kept."],
  ["issue 2", "agents.ignores-sigterm", "An agent that ignores SIGTERM is killed."],
  ["issue 2", "agents.grandchild", "A setsid grandchild does not outlive the turn."],
  ["issue 2", "agents.floods", "A flood is kept to the cap, the cut is marked, and the work goes on."],
  ["issue 2", "agents.crashes", "An agent that crashes mid-line has failed; what it said is kept."],
  ["issue 2", "agents.commits", "An agent may commit by itself; what is published is ours."],
  ["issue 2", "agents.breaks-git", "An agent that breaks its .git loses nothing."],
  ["issue 2", "agents.invalid-utf8", "Invalid UTF-8 is shown as U+FFFD and kept in the work."],
  ["issue 2", "agents.removes-cwd", "An agent that removes its own directory has failed."],
  ["issue 2", "agents.escapes", "An agent can neither write nor read outside its workspace."],
  [
    "SAFETY F1",
    "agents.secrets",
    "A secret in an agent's output or a prompt is in no event, table or log file.",
  ],
  ["SAFETY I6", "agents.nothing-left", "Agents that misbehave leave nothing behind."],
];

const requests: readonly Row[] = [
  ["SAFETY I1", "requests.idempotency", "A request repeated under its key is the same task."],
  ["CONTRACT 1.6", "requests.idempotency-conflict", "Another request under a used key is refused."],
  ["CONTRACT 1.6", "requests.batch", "Each task of a batch is accepted or refused by itself."],
  ["issue 2", "requests.unknown-field", "A wrong or unknown field is refused by name and nothing is stored."],
  ["issue 2", "requests.capability", "A field whose capability does not exist yet is refused by name."],
  ["CONTRACT 1.6", "requests.not-found", "An unknown project, agent or task is named."],
  ["CONTRACT 1.6", "requests.not-finished", "The proof of a task in flight is refused for now."],
  ["issue 2", "requests.stored", "The full request is stored."],
  ["issue 2", "requests.paging", "Every list is paged without gap or repetition."],
  ["CONTRACT 1.6", "requests.overloaded", "Beyond the queue's limit submissions are refused as overloaded."],
  [
    "CONTRACT 1.6",
    "requests.default-project",
    "Without a project the default one is meant, or the only one.",
  ],
];

/** What the way from a task to a branch promises. */
export const pipelineRequirements: readonly Requirement[] = [
  ...pipeline,
  ...parts,
  ...flow,
  ...limits,
  ...agents,
  ...requests,
].map(([source, id, promise]) => ({ id, source, promise, state: "done" }));
