import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "issue 4",
    "thread.turns",
    "A person talks with an agent in a workspace of its own; after every turn there is a checkpoint, and the user's checkout is not touched.",
  ],
  [
    "issue 4",
    "thread.fork",
    "A thread is copied up to a turn, with the workspace at its checkpoint; copy and original go their own ways.",
  ],
  [
    "issue 4",
    "thread.crash",
    "A killed server goes on in its threads: the turn is closed as crashed, the queue goes on, nothing is lost or said twice.",
  ],
  ["issue 4", "thread.queue", "Follow-ups sent during a turn are queued, editable and survive a restart."],
  ["issue 4", "thread.rollback", "thread/rollback restores the snapshot after a turn."],
  ["issue 4", "approval.bound", "An approval is bound to the hash of what is asked, and survives a restart."],
  ["issue 4", "approval.scopes", "Answers hold once, for the attempt or by rule, and expire as chosen."],
  ["issue 4", "thread.steer", "A running turn is given more words, which are kept as an item of it."],
  [
    "issue 4",
    "thread.compact",
    "A conversation is summed up by its agent and goes on from the summary; its history stays.",
  ],
  ["issue 4", "thread.delete", "A deleted thread takes its turns, items, queue and workspace with it."],
  [
    "issue 4",
    "thread.of-task",
    "A task's stages are turns on threads: they are listed, steered, interrupted, given words for the next turn, and forked like any other.",
  ],
  ["issue 4", "approval.deny", "A denial says why, and the agent is told."],
  [
    "issue 4",
    "approval.expiry",
    "A question nobody answered in time is denied, approved or left waiting, as was chosen.",
  ],
  [
    "issue 4 / SAFETY 3",
    "approval.parked",
    "Waiting for a person holds no process for long: the turn is parked and goes on with the answer.",
  ],
  [
    "issue 4",
    "approval.question",
    "An agent's question to a person is an approval of kind question, answered in words.",
  ],
  ["seed 1", "thread.start", "thread/start opens a thread in a directory."],
  ["seed 1", "thread.list", "thread/list and thread/get show threads with their turns."],
  ["seed 1", "thread.resume", "thread/resume takes an old thread up again."],
  ["seed 1", "thread.fork-unknown", "thread/fork refuses a turn the thread does not have."],
  ["seed 1", "turn.start", "turn/start starts a turn and refuses a second one on a busy thread."],
  ["seed 1", "turn.cancel", "turn/cancel really ends the turn's process."],
  ["seed 1", "turn.status", "turn/status answers a turn with its items and usage."],
  [
    "seed 1",
    "turn.respond-approval",
    "turn/respond_approval answers a question for permission, on every adapter that asks.",
  ],
  [
    "issue 4",
    "approval.drain",
    "A server that stops waits for no person: turns that ask are parked at once and go on after the next start.",
  ],
  ["seed 1", "turn.steer", "turn/steer reaches the running agent."],
  [
    "SAFETY 4.3",
    "crash.k7",
    "Killed after it asked, a server still waits for the same answer and asks nobody again.",
  ],
  ["SAFETY 4.3", "crash.k8", "Killed after the answer, a server tells it once when it is back."],
];

/** Threads, turns and what a person is asked. */
export const threadRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
