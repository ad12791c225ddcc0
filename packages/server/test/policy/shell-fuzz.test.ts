import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createShellReader, type ShellReader } from "../../src/policy/index.ts";
import type { Judgement, ShellWord } from "../../src/policy/verdict.ts";
import { corpusJudge } from "./corpus.ts";
import { nested, shellText } from "./shell-texts.ts";

let reader: ShellReader;
let judge: (command: string) => Promise<Judgement>;
let runs = 0;
const folder = mkdtempSync(path.join(tmpdir(), "harness-shell-"));

beforeAll(async () => {
  reader = await createShellReader();
  judge = corpusJudge(reader);
  // Instead of running a command that is not there, bash writes down its words.
  const note =
    "command_not_found_handle() { local IFS=$'\\x1f'; printf '%s\\n' \"${*//$'\\n'/$'\\x1e'}\" >&9; return 0; }\n";
  writeFileSync(path.join(folder, "note.sh"), note);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The commands bash runs for a text, none of which exists; undefined when it does not come to an end. */
function bashRuns(text: string): string[][] | undefined {
  const options = { cwd: folder, env: { PATH: "/nonexistent", BASH_ENV: path.join(folder, "note.sh") } };
  const script = `exec 9>>"$1"; shift; ulimit -f 64; exec /bin/bash -c "$1"`;
  // A log of its own: what one text leaves in the background writes to no other's.
  runs += 1;
  const log = path.join(folder, `log-${runs}`);
  writeFileSync(log, "");
  const ended = spawnSync("/bin/bash", ["--norc", "-c", script, "run", log, text], {
    ...options,
    stdio: "ignore",
    timeout: 2_000,
    killSignal: "SIGKILL",
  });
  if (ended.error) return undefined;
  const lines = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  return lines.map((line) => line.replaceAll("\x1e", "\n").split("\x1f"));
}

/** Whether words, some of them known only later, may have become these. */
function became(words: readonly ShellWord[], argv: readonly string[]): boolean {
  const [word, ...rest] = words;
  if (!word) return argv.length === 0;
  if (word.literal) return argv[0] === word.text && became(rest, argv.slice(1));
  return [...argv, ""].some((_, taken) => became(rest, argv.slice(taken)));
}

describe("reading any text", () => {
  it("answers, and gives every command a word [req:policy.shell-fuzz]", () => {
    fc.assert(
      fc.property(fc.oneof(shellText, fc.string({ unit: "binary" })), (text) => {
        const reading = reader.read(text);
        if (reading.ok) expect(reading.segments.every(({ words }) => words.length > 0)).toBe(true);
        else expect(reading.reason).not.toBe("");
      }),
      { numRuns: 3_000 },
    );
  });

  it("never loses a forbidden command, however deep it stands [req:policy.shell-nesting]", async () => {
    await fc.assert(
      fc.asyncProperty(nested("rm -rf x"), async (text) => {
        expect((await judge(text)).decision, text).toBe("forbidden");
      }),
      { numRuns: 500 },
    );
  });

  it("never allows a text with a forbidden command behind it [req:policy.shell-nesting]", async () => {
    await fc.assert(
      fc.asyncProperty(shellText, fc.constantFrom("; ", "\n", " && ", " | ", " & "), async (text, sign) => {
        const alone = reader.read(text);
        const both = reader.read(`${text}${sign}rm -rf x`);
        if (!alone.ok || !both.ok || /#|<<|\\$/.test(text)) return;
        expect((await judge(`${text}${sign}rm -rf x`)).decision).toBe("forbidden");
      }),
      { numRuns: 1_000 },
    );
  });

  it("finds every command that bash runs for it [req:policy.shell-as-bash]", () => {
    fc.assert(
      fc.property(shellText, (text) => {
        const reading = reader.read(text);
        if (!reading.ok || reading.segments.some(({ words }) => words[0]?.literal !== true)) return;
        const known = reading.segments.map(({ words }) => words);
        for (const argv of bashRuns(text) ?? []) {
          // `time` is a word of bash, or a program behind a pipe: either way it runs what follows.
          const ran = argv[0] === "time" ? argv.slice(1) : argv;
          const found = ran.length === 0 || known.some((words) => became(words, ran));
          expect(found, `${JSON.stringify(text)} ran ${JSON.stringify(argv)}`).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });
});
