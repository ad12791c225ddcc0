import type { Requirement } from "../support/requirement.ts";

/** What issue 4 promises of Codex. */
export const codexRequirements: readonly Requirement[] = [
  {
    id: "agent.codex-app-server",
    source: "issue 4",
    promise: "Codex is driven through its app-server, with approvals and usage.",
    state: "done",
  },
  {
    id: "codex.approvals",
    source: "issue 4",
    promise:
      "Codex asks before it changes files, showing which and how; in a turn that may only read it changes none.",
    state: "done",
  },
  {
    id: "codex.questions",
    source: "issue 4",
    promise: "What Codex wants to know is asked of a person, when there is one; secrets are not.",
    state: "done",
  },
  {
    id: "codex.items",
    source: "issue 4",
    promise: "What Codex does is told as it happens; things of an unknown kind are kept as unknown.",
    state: "done",
  },
  {
    id: "codex.steer",
    source: "issue 4",
    promise: "A running Codex turn takes more words, and its next model call has them.",
    state: "done",
  },
  {
    id: "codex.interrupt",
    source: "issue 4",
    promise: "A Codex turn is interrupted also while it waits for a person, and leaves no process.",
    state: "done",
  },
  {
    id: "codex.fork",
    source: "issue 4",
    promise: "A fork of a Codex conversation goes on by itself; the old one stays as it was.",
    state: "done",
  },
  {
    id: "codex.resume",
    source: "issue 4",
    promise: "A Codex conversation goes on after the server was killed in the middle of a turn.",
    state: "done",
  },
  {
    id: "codex.modes",
    source: "issue 4",
    promise: "A Codex conversation goes on by app-server or exec; exec is used where there is no app-server.",
    state: "done",
  },
  {
    id: "codex.overload",
    source: "issue 4",
    promise:
      "A request the app-server refuses for overload is asked again with jitter, a bounded number of times.",
    state: "done",
  },
  {
    id: "codex.garbage",
    source: "issue 4",
    promise: "Garbage from the app-server never breaks a turn: it is counted, kept as unknown, or refused.",
    state: "done",
  },
  {
    id: "codex.failures",
    source: "issue 4",
    promise: "A failed Codex turn has a kind and, for a used-up limit, the time it comes back.",
    state: "done",
  },
];
