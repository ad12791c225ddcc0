/** The task of the example project, and who plays and reviews it by a script. */
export const exampleTask = {
  title: "Mend the total of the basket",
  prompt: "The tests of the basket fail: fix total() so that `node --test` passes.",
  agent: "scripted",
  reviewer: "scripted-reviewer",
} as const;
