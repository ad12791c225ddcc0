import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [source: string, id: string, promise: string])[] = [
  [
    "issue 4 / seed 2",
    "thread.strategy",
    "An execution strategy is chosen for a thread, which its forks inherit, or for one turn; the turn says which one held, whose word it was and why a model was asked or not.",
  ],
  [
    "issue 4",
    "thread.turn-commit",
    "The end of every turn names its checkpoint, also when nothing was changed.",
  ],
  [
    "issue 4",
    "thread.setup",
    "A project's setup runs in the workspace of a conversation as in that of a task: in the sandbox, once, from the cache where there is one, again after a rollback and in a fork, visible as items of the turn.",
  ],
  [
    "issue 4",
    "thread.setup-failed",
    "A setup that fails is said to the person and to the agent, and the conversation goes on; resuming the thread has it tried again.",
  ],
  [
    "issue 4",
    "thread.publish",
    "A checkpoint of a conversation becomes a branch of the user's repository, said to be CLAIMED; never forced, the checkout untouched, and the same one when it is asked for again.",
  ],
  [
    "issue 4 / SAFETY 4.3",
    "thread.publish-crash",
    "Killed between the branch and its record, a server finds the branch and makes no second one.",
  ],
  [
    "SAFETY 4.6",
    "ws.frames",
    "On every WebSocket path a frame that breaks the protocol ends the socket with the code for it, and nobody else's.",
  ],
  [
    "SAFETY 4.6",
    "ws.upgrade",
    "An upgrade with a wrong version, key, protocol or method opens no socket on any path.",
  ],
  [
    "issue 4",
    "client.sockets",
    "Every feed of the stream table is a method of the typed client; over its sockets too it resumes with no gap and nothing twice.",
  ],
  ["seed 2", "cli.sessions", "Sessions are listed, shown with their plan, and deleted on the command line."],
];

/** What a conversation has beyond its turns: how it is answered, set up and published. */
export const conversationRequirements: readonly Requirement[] = rows.map(([source, id, promise]) => ({
  id,
  source,
  promise,
  state: "done",
}));
