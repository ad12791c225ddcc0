import { beforeAll, describe, expect, it } from "vitest";
import { createShellReader, type ShellReader } from "../../src/policy/index.ts";

let reader: ShellReader;

beforeAll(async () => {
  reader = await createShellReader();
});

/** The commands of a text as lines; a word known only when it runs stands in «…». */
function commands(text: string): string[] {
  const reading = reader.read(text);
  if (!reading.ok) return [`not read: ${reading.reason}`];
  return reading.segments.map(({ words }) =>
    words.map(({ text: word, literal }) => (literal ? word : `«${word}»`)).join(" "),
  );
}

describe("reading a shell text", () => {
  it("finds every command, wherever it stands", () => {
    const text = "git status && (rm -rf x; a | b) & for f in $(ls); do echo <(c); done; d() { e; }";
    expect(commands(text)).toEqual(["git status", "rm -rf x", "a", "b", "ls", "c", "echo «<(c)»", "e"]);
  });

  it("takes wrappers off", () => {
    expect(commands("timeout 5 env CI=1 nice bash -lc 'nohup git log | head'")).toEqual(["git log", "head"]);
  });
});
