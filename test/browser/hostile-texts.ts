import type { ScenarioInput } from "../../packages/server/src/agents/testing/index.ts";

/** What each text is made of: everything that runs, leads away, hides or turns around where a page believes it. */
const parts = [
  "</script><script>globalThis.ran = 1</script>",
  '<img src=x onerror="globalThis.ran=1"><svg onload="globalThis.ran=1"><iframe srcdoc="<script>parent.ran=1</script>"></iframe>',
  "[click me](javascript:globalThis.ran=1) [data](data:text/html,<script>opener.ran=1</script>) [far](//evil.example/x)",
  "![picture](https://evil.example/track.png) <javascript:globalThis.ran=1> https://evil.example/auto",
  "&lt;img src=x onerror=globalThis.ran=1&gt; &#60;script&#62;globalThis.ran=1&#60;/script&#62;",
  "\u001b]8;;javascript:globalThis.ran=1\u0007osc\u001b]8;;\u0007 \u001b[31mred\u001b[0m \u001b[2J\u0007",
  "safe\u202egnp.exe \u2066hidden\u2069 zero\u200bwidth soft\u00adhyphen \u{e0041}tag",
  '{{constructor.constructor("globalThis.ran=1")()}} ${globalThis.ran=1} <%= ran %> %3Cscript%3E',
  `a${"very".repeat(100)}longword`,
];

/** The word by which a text is found again. */
export const wordOf = (place: string): string => `${place}-was-here`;

/** A hostile text for a place where text is shown. */
export const hostileText = (place: string): string => [wordOf(place), ...parts].join("\n");

/** The same for a place that holds one short line. */
export const hostileLine = (place: string): string =>
  `${wordOf(place)} <img src=x onerror=globalThis.ran=1> [x](javascript:globalThis.ran=1) safe\u202egnp.exe`;

/** Names of files, as far as a file system takes them. */
const names = [
  "<img src=x onerror=globalThis.ran=1>.js",
  "src/<script>globalThis.ran=1<",
  "javascript:globalThis.ran=1.md",
  "safe\u202egnp.exe",
  `${wordOf("file-name")}.md`,
];

const right = "module.exports = (a, b) => a + b;\n";
const says = (place: string) => `console.log(${JSON.stringify(hostileText(place))});\n`;
const throws = (place: string) => `throw new Error(${JSON.stringify(hostileText(place))});\n`;
const printed = (place: string) => ({ run: { argv: ["printf", "%s", hostileText(place)] } });
const implementer = (prompt: string) => ({ role: "implementer" as const, prompt });

/** A word of a command that the hook below denies. */
const DENIED_BY_HOOK = "no-hook-likes-this";

const program = (source: string) => `argv = ${JSON.stringify([process.execPath, "-e", source])}`;

/** Programs of the operator that print hostile texts: one that denies a command, one that cannot tell anybody anything. */
export const hostilePrograms = `
[[hooks]]
event = "PreToolUse"
matcher = "run"
${program(`if (require("node:fs").readFileSync(0, "utf8").includes("${DENIED_BY_HOOK}")) { process.stderr.write(${JSON.stringify(hostileText("hook"))}); process.exit(2); }`)}
[[notify.channels]]
type = "command"
name = "box"
${program(`process.stderr.write(${JSON.stringify(hostileText("notification"))}); process.exit(1);`)}
`;

/** Rules of a project that ask and forbid in hostile words. */
export const hostileRules = [
  `prefix_rule(["printf", "ruled"], "prompt", justification = ${JSON.stringify(hostileLine("justification"))})`,
  `prefix_rule(["wget", ${JSON.stringify(hostileLine("rule-word"))}], "forbidden", justification = ${JSON.stringify(hostileLine("rule-text"))})`,
].join("\n");

/** What the SCRIPTED model does for each task; every text of it is hostile. */
export const hostileSteps: ScenarioInput["steps"] = [
  {
    name: "hostile review",
    match: { role: "reviewer", prompt: "do all of it" },
    answers: [
      [
        {
          review_verdict: {
            verdict: "approved",
            summary: hostileText("review-summary"),
            findings: [
              {
                file: `${wordOf("finding-file")}<img src=x onerror=globalThis.ran=1>`,
                line: 1,
                severity: "low",
                title: hostileLine("finding-title"),
                scenario: hostileText("finding-scenario"),
              },
            ],
          },
        },
      ],
    ],
  },
  {
    name: "hostile work",
    match: implementer("do all of it"),
    answers: [
      [
        { say: hostileText("message") },
        ...names.map((path) => ({ write_file: { path, content: hostileText("diff") } })),
        { write_file: { path: "src/sum.js", content: `${right}${says("evidence")}` } },
      ],
      [printed("command"), { read_file: { path: names[2] ?? "" } }],
      [{ tool: { name: "read_file", input: { path: hostileText("tool-input") } } }],
      [{ tool: { name: hostileLine("tool-name"), input: { path: "x" } } }],
      [{ say: "Done." }],
    ],
  },
  {
    name: "hostile leave",
    match: implementer("ask for leave"),
    answers: [[printed("leave")], [{ say: "Done." }]],
  },
  {
    name: "hostile hook",
    match: implementer("stopped by a hook"),
    answers: [[{ run: { argv: ["printf", DENIED_BY_HOOK] } }], [{ say: "Done." }]],
  },
  {
    name: "hostile rule",
    match: implementer("asked by a rule"),
    answers: [[{ run: { argv: ["printf", "ruled"] } }], [{ say: "Done." }]],
  },
  {
    name: "hostile question",
    match: implementer("ask me"),
    answers: [
      [{ ask: { question: hostileText("question"), options: [hostileLine("option"), "No"] } }],
      [{ say: "Done." }],
    ],
  },
  {
    name: "hostile evidence",
    match: implementer("fail the check"),
    answers: [[{ write_file: { path: "src/sum.js", content: throws("failure") } }], [{ say: "Done." }]],
  },
  {
    name: "hostile error",
    match: implementer("be refused"),
    answers: [[{ error: { status: 400, type: "invalid_request_error", message: hostileText("error") } }]],
  },
  { name: "hostile talk", match: { prompt: "only talk" }, answers: [[{ say: hostileText("talk") }]] },
];
