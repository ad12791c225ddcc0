/** What the end-to-end tests with real agents hold. */
export const coreRequirements = [
  {
    id: "agents.real-task.claude",
    source: "issue 2",
    promise: "The real claude does a whole task and the real codex reviews it, both logged in by files.",
    state: "done" as const,
  },
  {
    id: "agents.real-task.codex",
    source: "issue 2",
    promise: "The real codex does a whole task and the real claude reviews it, both logged in by files.",
    state: "done" as const,
  },
];
