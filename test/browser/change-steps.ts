import type { ScenarioInput } from "../../packages/server/src/agents/testing/index.ts";

const right = "module.exports = (a, b) => a + b;\n";

/** Texts that run, hide or turn around where a page believes them (SAFETY A14). */
export const hostile = {
  names: [
    "<img src=x onerror=globalThis.ran=1>.js",
    "src/<script>globalThis.ran=1<",
    "javascript:globalThis.ran=1.md",
    "safe\u202egnp.exe",
    'src/"quoted" & <b>bold<b>.css',
  ],
  content: [
    "</script><script>globalThis.ran = 1</script>",
    "<img src=x onerror=\"globalThis.ran=1\"><svg onload='globalThis.ran=1'>",
    "[click](javascript:globalThis.ran=1)",
    "\u001b]8;;javascript:globalThis.ran=1\u0007link\u001b]8;;\u0007",
    "if (isAdmin\u202e \u2066// only admins\u2069 \u2066) {",
    "diff --git a/x b/x",
    "@@ -1,1 +1,1 @@",
    "",
  ].join("\n"),
} as const;

/** Lines of the large change. */
export const LARGE = 5_000;

const step = (name: string, ...files: { path: string; content: string }[]) => ({
  name,
  match: { role: "implementer" as const, prompt: name },
  answers: [
    files.map((write_file) => ({ write_file })),
    [{ usage: { input_tokens: 900, output_tokens: 40 } }, { say: `I did the ${name}.` }],
  ],
});

/** What the SCRIPTED model changes for the tests of the view of changes. */
export const changeSteps: ScenarioInput["steps"] = [
  {
    name: "revise",
    match: { role: "implementer", prompt: "say what it does" },
    answers: [
      [{ write_file: { path: "src/sum.js", content: `// Adds two numbers.\n${right}` } }],
      [{ say: "The comment is there." }],
    ],
  },
  step(
    "hostile work",
    { path: "src/sum.js", content: right },
    ...hostile.names.map((path) => ({ path, content: hostile.content })),
  ),
  step(
    "large work",
    { path: "src/sum.js", content: right },
    {
      path: "src/table.js",
      content: `${Array.from({ length: LARGE }, (_, n) => `exports.row${n} = ${n};`).join("\n")}\n`,
    },
    { path: "docs/guide.md", content: "# Guide\n" },
  ),
  step(
    "huge work",
    { path: "src/sum.js", content: right },
    ...["a", "b", "c", "d"].map((name) => ({
      path: `docs/${name}.txt`,
      content: `${Array.from({ length: 20_000 }, (_, n) => `A line of a long text, number ${n}`).join("\n")}\n`,
    })),
    { path: "zoo.txt", content: "last\n" },
  ),
  {
    name: "odd work",
    match: { role: "implementer", prompt: "odd work" },
    answers: [
      [
        { write_file: { path: "src/sum.js", content: right } },
        { write_file: { path: "logo.bin", content: "\u0000\u0001 no text" } },
        { run: { argv: ["mv", "README.md", "READ.md"] } },
        { run: { argv: ["chmod", "+x", "src/sum.js"] } },
      ],
      [{ say: "I did the odd work." }],
    ],
  },
  {
    name: "slow revision",
    match: { role: "implementer", prompt: "take your time" },
    answers: [[{ run: { argv: ["sleep", "600"] } }], [{ say: "Late." }]],
  },
  step(
    "white space work",
    { path: "src/sum.js", content: right },
    { path: "README.md", content: "# Shop\n\n  A basket and its sum.\n" },
  ),
];
