import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  ["web.task", "The task page shows stages, conversation, changes, evidence, rounds, logs and cost."],
  [
    "web.talk.live",
    "The page of a task shows its stages and what its agents say and do while they do it, with how each ended and how long it took.",
  ],
  [
    "web.talk.approve",
    "A question of an agent is answered where it is asked, with exactly what is asked and what asked for a person before one's eyes.",
  ],
  [
    "web.talk.steer",
    "From its page a task is talked to, stopped, let go on, cancelled and retried; the files of the project are offered after an @.",
  ],
  [
    "web.talk.logs",
    "The log of a task is followed until somebody scrolls up, says how much came since and how much is not shown.",
  ],
  [
    "web.talk.start",
    "A conversation is started, found, talked in, its change looked at, and published as what it is: CLAIMED.",
  ],
  ["web.talk.back", "A conversation is forked at a turn, goes back to one, and is deleted."],
  [
    "web.talk.queue",
    "Words for an agent that works are queued, changed, removed or steered in; after a stop a person says whether the queue goes on.",
  ],
  ["web.talk.typed", "Nothing that was typed is lost by a refusal, a server that is away or a reload."],
  ["web.talk.links", "Each thing that was said has an address that shows it."],
  [
    "web.talk.resume",
    "An open conversation catches up after the server was started again, without a reload, a gap or a double.",
  ],
  [
    "web.talk.flood",
    "While 5,000 pieces a second are said the page can be written in, and holds a bounded part of them.",
  ],
  [
    "web.talk.inert",
    "What agents say, ask and write into the log is inert on the page of a task and in conversations, and what hides in it is seen.",
  ],
  ["web.talk.small", "Tasks and conversations fit a phone, a tablet and a desk in both themes."],
];

/** What people see and do on the page of a task and in conversations. */
export const webTalkRequirements: readonly Requirement[] = rows.map(([id, promise]) => ({
  id,
  source: "issue 6",
  promise,
  state: "done",
}));
