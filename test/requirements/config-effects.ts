/** Issue 2's rule for settings: none without an effect that a test proves. */
export const configEffectsRequirements = [
  {
    id: "config.effects",
    source: "issue 2",
    promise: "Every setting has an effect, and a test that proves it.",
    state: "done",
  },
] as const;
