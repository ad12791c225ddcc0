const common = `
const fs = require("node:fs");
const prompt = fs.readFileSync(0, "utf8");
const backwards = (text) => [...text].reverse().join("");
const canaries = JSON.parse(fs.readFileSync("planted.json", "utf8")).map(backwards);
const rest = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
/** Every secret whole, then each in two writes with a pause in between, on both channels. */
const tell = () => {
  for (const text of canaries) fs.writeSync(1, "here: " + text + "\\n");
  for (const text of canaries) fs.writeSync(2, "there: " + text + "\\n");
  for (const text of canaries) {
    const cut = Math.ceil(text.length / 2);
    fs.writeSync(1, "half " + text.slice(0, cut));
    fs.writeSync(2, "half " + text.slice(0, cut));
    rest(15);
    fs.writeSync(1, text.slice(cut) + "\\n");
    fs.writeSync(2, text.slice(cut) + "\\n");
  }
};
`;

/** Says every secret and writes them into its work; the second round changes what the first one wrote. */
export const teller = {
  roles: ["implementer"],
  source: `${common}
tell();
// What it tells and asks people holds every secret too, and what it says the token it was lent.
const { HARNESS_TASK_TOKEN, HARNESS_TASK_URL } = process.env;
console.log("lent: " + HARNESS_TASK_TOKEN + " for " + HARNESS_TASK_URL);
const talk = (at, body) => fetch(HARNESS_TASK_URL + at, { method: "POST", headers: { authorization: "Bearer " + HARNESS_TASK_TOKEN, "content-type": "application/json" }, body: JSON.stringify(body) });
const round = /^Round: (\\d+)$/m.exec(prompt)?.[1];
fs.writeFileSync("told.txt", "round " + round + "\\n" + canaries.join("\\n") + "\\n");
(async () => {
  for (let at = 0; at < canaries.length; at += 5)
    await talk("/own-task/reports", { text: canaries.slice(at, at + 5).join(" ").slice(0, 2000) });
  if (round === "1") {
    const question = "May I use " + canaries.filter((text) => text.length < 120).join(" ").slice(0, 4000);
    for (let answer = null; answer === null; ) answer = (await (await talk("/own-task/questions", { question, options: canaries.slice(0, 3), wait_secs: 30 })).json()).answer;
  }
  console.log("done");
})();
`,
};

/** Puts every secret into its findings once, then approves. */
export const critic = {
  roles: ["reviewer"],
  source: `${common}
const told = canaries.join(" ");
const round = Number(/^Round: (\\d+)$/m.exec(prompt)?.[1]);
const finding = { file: "told.txt", line: 1, severity: "high", title: "It says " + told.slice(0, 150), scenario: told };
const first = !/round 3/.test(prompt);
console.log(JSON.stringify({ verdict: first ? "changes_requested" : "approved", summary: told, findings: first ? [finding] : [] }));
`,
};

/** Fails before the second round, with every secret in its output. */
export const check = `
import { readFileSync, writeSync, existsSync } from "node:fs";
if (existsSync("spied.txt")) process.exit(0);
const canaries = JSON.parse(readFileSync("planted.json", "utf8")).map((text) => [...text].reverse().join(""));
for (const text of canaries) {
  writeSync(1, "got " + text.slice(0, 9));
  writeSync(1, text.slice(9) + "\\n");
  writeSync(2, "error: could not read from '" + text + "'\\n");
}
process.exit(/^round [23]/.test(readFileSync("told.txt", "utf8")) ? 0 : 1);
`;

/** Looks where an agent should see nothing; what it got comes out backwards, so that no redactor hides it. */
export const spy = {
  roles: ["implementer"],
  source: `
const fs = require("node:fs"), cp = require("node:child_process");
const prompt = fs.readFileSync(0, "utf8");
const { paths, url } = JSON.parse(/<<(.*)>>/.exec(prompt)[1]);
const got = [];
const note = (from, text) => got.push(from + "=" + text);
const look = (from, read) => { try { note(from, String(read())); } catch (error) { note(from, "refused " + (error.code ?? error.message)); } };
for (const file of paths) look(file, () => fs.statSync(file).isDirectory() ? fs.readdirSync(file).join(" ") : fs.readFileSync(file, "utf8"));
for (const pid of fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name)))
  for (const what of ["environ", "cmdline"]) look("/proc/" + pid + "/" + what, () => fs.readFileSync("/proc/" + pid + "/" + what, "utf8"));
look("self", () => fs.readFileSync("/proc/self/environ", "utf8"));
look("ps", () => cp.execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }));
look("env", () => JSON.stringify(process.env));
fs.writeFileSync("spied.txt", "looked\\n");
(async () => {
  for (const at of ["/tasks", "/status", "/events"])
    await fetch(url + at).then(async (answer) => note(at, answer.status + " " + (await answer.text())), (error) => note(at, "refused " + error.message));
  console.log("SPIED " + [...JSON.stringify(got)].reverse().join(""));
})();
`,
};
