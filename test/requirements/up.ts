import type { Requirement } from "../support/requirement.ts";

const rows: readonly (readonly [id: string, promise: string])[] = [
  ["up.background", "harness up runs in the background, restarts after a crash, and down stops it."],
  ["up.down", "harness down stops the background server; with nothing running it says so and succeeds."],
  ["up.one-supervisor", "A data directory has one supervisor, however often harness up is called at once."],
  ["up.cannot-start", "A server that cannot start is tried once, and harness up says why."],
  ["up.foreign", "harness up leaves a server that runs at a terminal alone and says so."],
  ["up.restart", "A server that crashes is started again with the same flags."],
  [
    "up.back-off",
    "Starts after crashes are 1 s to 60 s apart, begin at 1 s again after five healthy minutes, and end after ten crashes within fifteen minutes with a record of why.",
  ],
  ["up.clean-stop", "A server that was stopped in order is not started again."],
  [
    "up.adopt",
    "A server whose supervisor was killed goes on, is shown as unsupervised, and is watched again by up or stopped by down.",
  ],
  [
    "up.status",
    "harness status shows who supervises the server, its restarts and its last crash, and answers clearly when nothing runs.",
  ],
  ["up.restart-command", "harness restart starts a new server process with the same flags."],
  ["up.down-now", "harness down --now queues running work again at once, and the next start finishes it."],
  ["up.logs", "harness logs shows the newest lines of server and supervisor, and follows them."],
  ["up.logs-secret", "No login code and no token is written to a log of the background server."],
  ["up.flags-secret", "A secret flag is not on the command line of what runs in the background."],
  ["up.logs-rotated", "The logs of the background server are rotated and their size is bounded."],
  ["up.service", "A systemd user unit or launchd file is written on request."],
  [
    "up.service-own",
    "harness up writes and removes only service files of its own, and quotes every path right.",
  ],
  ["up.keep-awake", "The machine is kept awake while attempts run, and not when nothing does."],
  [
    "up.keep-awake-waits",
    "The machine also stays awake for work that goes on by itself within twelve hours, such as after a quota's reset.",
  ],
  [
    "up.keep-awake-ends",
    "What keeps the machine awake ends with the server, also when the server is killed.",
  ],
  [
    "up.keep-awake-missing",
    "Where the machine cannot be kept awake, status and doctor say so and nothing fails.",
  ],
];

/** What issue 3 promises of up. */
export const upRequirements: readonly Requirement[] = [
  ...rows.map(([id, promise]) => ({ id, source: "issue 3", promise, state: "done" as const })),
  {
    id: "up.sigterm",
    source: "SAFETY 4.4",
    promise:
      "A server told to stop during 20 running tasks refuses new work with 503 and Retry-After, keeps its heartbeats, ends in time and loses no task.",
    state: "done",
  },
];
