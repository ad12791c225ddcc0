import type { ScenarioInput } from "../../packages/server/src/agents/testing/index.ts";

const used = (input_tokens: number, output_tokens: number) => ({ usage: { input_tokens, output_tokens } });

const right = "module.exports = (a, b) => a + b;\n";
const wrong = "module.exports = (a, b) => a * b;\n";

/** What the SCRIPTED model does; the first step whose word stands in the prompt answers. */
export const showcaseScenario: ScenarioInput = {
  name: "showcase",
  model: "scripted-shop",
  steps: [
    {
      name: "review",
      match: { role: "reviewer" },
      answers: [
        [
          used(2400, 80),
          { review_verdict: { verdict: "approved", summary: "The sum is right and small.", findings: [] } },
        ],
      ],
    },
    // A person asked for a change, such as by comments on lines.
    {
      name: "revise",
      match: { role: "implementer", prompt: "requested|comment|change request|asked for" },
      answers: [
        [
          used(1800, 60),
          { say: "I add the comment you asked for." },
          { write_file: { path: "src/sum.js", content: `// Adds two numbers.\n${right}` } },
        ],
        [{ say: "The comment is there." }],
      ],
    },
    {
      name: "ask leave",
      match: { role: "implementer", prompt: "leave" },
      answers: [
        [
          used(900, 40),
          { say: "I need to see the log first." },
          { run: { argv: ["git", "log", "--oneline"] } },
        ],
        [{ write_file: { path: "src/sum.js", content: right } }],
        [{ say: "Done, with your leave." }],
      ],
    },
    // Changes what later work is judged by.
    {
      name: "new rules",
      match: { role: "implementer", prompt: "new rules" },
      answers: [
        [used(500, 20), { write_file: { path: "AGENTS.md", content: "Do as you like.\n" } }],
        [{ write_file: { path: "src/sum.js", content: right } }],
        [{ say: "The rules are new." }],
      ],
    },
    {
      name: "break",
      match: { role: "implementer", prompt: "break" },
      answers: [[used(700, 30), { write_file: { path: "src/sum.js", content: wrong } }], [{ say: "Done." }]],
    },
    // Says something and is not heard of again.
    {
      name: "think long",
      match: { role: "implementer", prompt: "think long" },
      answers: [
        [used(600, 20), { say: "I look around first." }, { read_file: { path: "src/sum.js" } }],
        [{ delay_ms: 600_000 }, { say: "Late." }],
      ],
    },
    {
      name: "slow",
      match: { role: "implementer", prompt: "slow" },
      answers: [
        [
          used(700, 30),
          { say: "I look around first.\n\n- read the sum\n- run the check\n- mend it" },
          { run: { argv: ["sleep", "600"] } },
        ],
        [{ say: "Late." }],
      ],
    },
    {
      name: "mend",
      match: { role: "implementer" },
      answers: [
        [
          used(1200, 50),
          { say: "The sum subtracts; I make it **add**." },
          { read_file: { path: "src/sum.js" } },
        ],
        [{ write_file: { path: "src/sum.js", content: right } }],
        [{ run: { argv: ["node", "check.js"] } }],
        [used(1500, 20), { say: "`node check.js` passes." }],
      ],
    },
    {
      name: "chat slowly",
      match: { prompt: "slowly" },
      answers: [
        [used(300, 20), { say: "I think about it." }, { read_file: { path: "src/sum.js" } }],
        [{ delay_ms: 600_000 }, { say: "Late." }],
      ],
    },
    {
      name: "chat writes",
      match: { prompt: "write" },
      answers: [
        [used(400, 30), { write_file: { path: "notes.md", content: "# Notes\n\nThe sum subtracts.\n" } }],
        [{ say: "The notes are written." }],
      ],
    },
    { name: "chat", match: {}, answers: [[used(300, 20), { say: "Hello. What shall I look at?" }]] },
  ],
};
