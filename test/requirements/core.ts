/** What the end-to-end tests with real agents hold. */
export const coreRequirements = [
  {
    id: "pipeline.setup-leftovers",
    source: "issue 2",
    promise: "What setup leaves in the tree is not the agent's work and is never published.",
    state: "done" as const,
  },
  {
    id: "pipeline.submodules",
    source: "issue 2",
    promise:
      "Submodules are detected and stay empty unless the project turns them on; then they are filled inside the sandbox.",
    state: "done" as const,
  },
  {
    id: "pipeline.scheduler-state",
    source: "CONTRACT 1.6, 1.7",
    promise: "Lists show and filter seed 1's scheduler states as a projection of the status.",
    state: "done" as const,
  },
  {
    id: "timers.clock",
    source: "issue 3",
    promise: "Everything that waits for a time follows the server's clock.",
    state: "done" as const,
  },
  {
    id: "night.whole",
    source: "issue 3",
    promise:
      "A whole night with both vendors' programs: done, waiting, parked and resumed, stopped by budget, dependent; the server killed twice; the report right in every line; nothing ran twice; nothing is left.",
    state: "done" as const,
  },
  {
    id: "agents.probe-cache",
    source: "issue 2",
    promise: "A good probe of an agent is believed for a minute, a bad one never.",
    state: "done" as const,
  },
];
