import type { Requirement } from "../support/requirement.ts";

/** The agents: the port every adapter keeps, the adapters, and the scripted model that proves them offline. */
export const agentsRequirements: readonly Requirement[] = [
  {
    id: "agents.turn",
    source: "issue 2 / DESIGN 3.6",
    promise:
      "Every adapter does a turn in a workspace: what it says and does is told as it happens, then what it used and how it ended.",
    state: "done",
  },
  {
    id: "agents.resume",
    source: "issue 2",
    promise:
      "A conversation is resumed for the next round, its usage counted for the turn alone; one that is gone is begun anew with a warning.",
    state: "done",
  },
  {
    id: "agents.abort",
    source: "issue 2 / SAFETY B9",
    promise:
      "An aborted turn ends as cancelled, and no process of it is left, also when nobody reads its events.",
    state: "done",
  },
  {
    id: "agents.limits",
    source: "issue 2",
    promise: "A silent turn is ended at its idle limit and says so.",
    state: "done",
  },
  {
    id: "agents.failure",
    source: "DESIGN 3.6",
    promise: "A failing agent is a value, never an exception, and its kind says what must be done about it.",
    state: "done",
  },
  {
    id: "agents.quota",
    source: "FIELD B2",
    promise:
      "A used-up quota is told from other failures, with the time it comes back where the vendor says it.",
    state: "done",
  },
  {
    id: "agents.confined",
    source: "issue 2 / SAFETY B6",
    promise: "No adapter writes outside its workspace, whatever the model asks for.",
    state: "done",
  },
  {
    id: "agents.workspace-paths",
    source: "SAFETY B6",
    promise:
      "Our own file tools never leave the workspace through links, hard links, sibling names or swapped directories.",
    state: "done",
  },
  {
    id: "agents.inert-prompt",
    source: "SAFETY C5",
    promise:
      "A prompt that looks like flags, commands or file references is words only, and is never among the arguments.",
    state: "done",
  },
  {
    id: "agents.environment",
    source: "SAFETY C7, F3",
    promise: "An agent sees only the variables on its adapter's list; no secret of the server is among them.",
    state: "done",
  },
  {
    id: "agents.private-home",
    source: "issue 2 / DESIGN 3.6",
    promise:
      "Every conversation has a private home with the operator's login linked in and no hooks or standing permissions of the operator; what an agent plants there is never followed.",
    state: "done",
  },
  {
    id: "agents.repository-config",
    source: "SAFETY C1",
    promise:
      "Hooks, helpers, MCP servers, providers and endpoints that a repository configures for the vendors' command lines are not used.",
    state: "done",
  },
  {
    id: "agents.real-task",
    source: "issue 2",
    promise:
      "The real Claude Code and Codex, logged in by files, do a whole task, each reviewing the other's work.",
    state: "done",
  },
  {
    id: "agents.zero-output",
    source: "CONTRACT 1.22",
    promise: "An agent that ends well and did nothing observable has failed.",
    state: "done",
  },
  {
    id: "agents.schema",
    source: "issue 2",
    promise: "A review answer is delivered as the JSON of its schema by every adapter with a model.",
    state: "done",
  },
  {
    id: "agents.auto",
    source: "issue 2",
    promise: "`auto` picks the first agent that is installed, logged in and has no problem.",
    state: "done",
  },
  {
    id: "agents.flood",
    source: "DESIGN 7",
    promise: "A flood of output is kept bounded for a slow reader, and what is left out is said.",
    state: "done",
  },
  {
    id: "agents.scripted",
    source: "DESIGN 4",
    promise:
      "The scripted model answers Messages, Responses and Chat Completions from a scenario without keeping state, and is always labelled as scripted.",
    state: "done",
  },
  {
    id: "agents.demo-scenario",
    source: "issue 2",
    promise:
      "The demo's script fails validation once, then passes, then answers one review finding with a test.",
    state: "done",
  },
];
