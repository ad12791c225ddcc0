import type { ScenarioInput } from "../../packages/server/src/agents/testing/index.ts";

const wrong = "module.exports = (a, b) => a * b;\n";

/** What the SCRIPTED model says in the tests of evidence and review. */
export const reviewSteps: ScenarioInput["steps"] = [
  {
    name: "review with findings",
    match: { role: "reviewer", prompt: "with findings" },
    answers: [
      [
        {
          review_verdict: {
            verdict: "changes_requested",
            summary: "Two defects. <img src=x onerror=globalThis.ran=1>",
            findings: [
              {
                file: "src/sum.js",
                line: 1,
                severity: "low",
                title: "No word on what it adds",
                scenario: "A reader of src/sum.js cannot know that it takes numbers only.",
              },
              {
                file: "src/sum.js",
                line: 1,
                severity: "high",
                title: "Adds words <script>globalThis.ran=1</script>",
                scenario: 'sum("1", 2) gives "12" and not 3.',
              },
            ],
          },
        },
      ],
    ],
  },
  {
    name: "ruin",
    match: { role: "implementer", prompt: "ruin the sum" },
    answers: [
      [{ write_file: { path: "src/sum.js", content: wrong } }],
      [
        { usage: { input_tokens: 600, output_tokens: 20 } },
        {
          say: "It is **right** now, trust me. <img src=x onerror=globalThis.ran=1> [so](javascript:globalThis.ran=1)",
        },
      ],
    ],
  },
];
