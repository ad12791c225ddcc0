import type { ScenarioInput } from "../../packages/server/src/agents/testing/index.ts";
import { showcaseScenario } from "./showcase-scenario.ts";

const sum = { write_file: { path: "src/sum.js", content: "module.exports = (a, b) => a + b;\n" } };

/** A file of 120 lines; what stands in the 60th is said. */
const long = (sixty: string, header = "") =>
  `${header}${Array.from({ length: 120 }, (_, n) => `exports.row${n + 1} = ${n === 59 ? sixty : n + 1};`).join("\n")}\n`;

/** The long file as it is before the work. */
export const longFile = long("60");

const step = (prompt: string, content: string, say: string) => ({
  name: prompt,
  match: { prompt },
  answers: [
    [sum, { write_file: { path: "src/long.js", content } }],
    [{ usage: { input_tokens: 900, output_tokens: 40 } }, { say }],
  ],
});

/** What the SCRIPTED model does for the tests of reading a change: one line in the middle, then two on top. */
export const readingSteps: ScenarioInput["steps"] = [
  ...showcaseScenario.steps.filter(({ name }) => name === "review"),
  step("header on top", long("60_000", "// A long file.\n// Its rows.\n"), "The header is there."),
  step("long work", long("6000"), "I did the long work."),
];
