import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  [
    "client.transcript",
    "A transcript holds what is being said, begun, queued and asked until it is over; events put in twice change nothing.",
  ],
  ["client.resume", "A client cut off a thousand times rebuilds the same transcript."],
  [
    "client.thread",
    "A thread is read once and followed from there through restarts to its deletion; a transcript equals what the server answers.",
  ],
  [
    "cli.threads",
    "A person talks with an agent from the command line: starts, says, follows, queues, steers, interrupts, forks, goes back.",
  ],
  [
    "cli.approvals",
    "What an agent asks is shown whole and harmless, in the list and the status, and answered by one command.",
  ],
  [
    "problems.approvals",
    "A question of an agent nobody answered is among the problems and in the status, with the command that answers it.",
  ],
  [
    "client.examples",
    "The examples of the typed client compile, run against a real server, and are the ones its page shows.",
  ],
];

/** Numbers of conversations; each is proven by the row of the same id in `bench/rows`. */
const speeds: readonly Requirement[] = [
  {
    id: "bench.steer",
    source: "issue 4",
    promise: "Steering reaches a running agent in under 200 ms.",
    state: "done",
    by: "bench",
  },
  {
    id: "bench.threads",
    source: "issue 4",
    promise: "A hundred threads on two cores keep the event loop under 50 ms.",
    state: "done",
    by: "bench",
  },
];

/** What the typed client, and the commands for threads and approvals, promise. */
export const clientRequirements: readonly Requirement[] = [
  ...rows.map(([id, promise]) => ({ id, source: "issue 4", promise, state: "done" as const })),
  ...speeds,
];
