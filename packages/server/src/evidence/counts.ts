import type { TestCounts } from "@harness/protocol";

interface Format {
  readonly runner: string;
  read(text: string): TestCounts | undefined;
}

const number = (text: string, pattern: RegExp): number | undefined => {
  const match = pattern.exec(text);
  return match ? Number(match[1]) : undefined;
};

function fromParts(
  passed: number | undefined,
  failed: number | undefined,
  skipped: number | undefined,
): TestCounts | undefined {
  if (passed === undefined && failed === undefined) return undefined;
  return { passed: passed ?? 0, failed: failed ?? 0, skipped: skipped ?? 0 };
}

/** Last lines of the test runners whose format is known, most specific first. */
const formats: readonly Format[] = [
  {
    runner: "node --test",
    read: (text) =>
      /^(?:#|ℹ) pass \d+/m.test(text)
        ? fromParts(
            number(text, /^(?:#|ℹ) pass (\d+)/m),
            number(text, /^(?:#|ℹ) fail (\d+)/m),
            number(text, /^(?:#|ℹ) skipped (\d+)/m),
          )
        : undefined,
  },
  {
    runner: "cargo test",
    read: (text) => {
      const all = [...text.matchAll(/test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/g)];
      if (all.length === 0) return undefined;
      const sum = (index: number) => all.reduce((total, match) => total + Number(match[index]), 0);
      return { passed: sum(1), failed: sum(2), skipped: sum(3) };
    },
  },
  {
    runner: "vitest, jest",
    read: (text) => {
      const line = /^\s*Tests:?\s+(.*\d+ (?:passed|failed).*)$/m.exec(text)?.[1];
      return line === undefined
        ? undefined
        : fromParts(
            number(line, /(\d+) passed/),
            number(line, /(\d+) failed/),
            number(line, /(\d+) (?:skipped|todo|pending)/),
          );
    },
  },
  {
    runner: "pytest",
    read: (text) => {
      const line =
        /^=+ (.*\d+ (?:passed|failed|error|errors|skipped).*) in [\d.:]+s.*=+$/m.exec(text)?.[1] ??
        /^(\d+ (?:passed|failed).*) in [\d.]+s/m.exec(text)?.[1];
      if (line === undefined) return undefined;
      const failed = (number(line, /(\d+) failed/) ?? 0) + (number(line, /(\d+) errors?/) ?? 0);
      return fromParts(number(line, /(\d+) passed/) ?? 0, failed, number(line, /(\d+) skipped/));
    },
  },
  {
    runner: "go test -v",
    read: (text) => {
      const tally = (word: string) => [...text.matchAll(new RegExp(`^\\s*--- ${word}: `, "gm"))].length;
      const [passed, failed, skipped] = [tally("PASS"), tally("FAIL"), tally("SKIP")];
      return passed + failed + skipped > 0 ? { passed, failed, skipped } : undefined;
    },
  },
  {
    runner: "mocha",
    read: (text) =>
      /^\s+\d+ passing/m.test(text)
        ? fromParts(
            number(text, /^\s+(\d+) passing/m),
            number(text, /^\s+(\d+) failing/m),
            number(text, /^\s+(\d+) pending/m),
          )
        : undefined,
  },
  {
    runner: "maven surefire",
    read: (text) => {
      const all = [...text.matchAll(/Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)$/gm)];
      const last = all.at(-1);
      if (!last) return undefined;
      const [run, failures, errors, skipped] = last.slice(1).map(Number) as [number, number, number, number];
      return { passed: run - failures - errors - skipped, failed: failures + errors, skipped };
    },
  },
  {
    runner: "plain",
    read: (text) =>
      /^\d+ passed, \d+ failed/m.test(text)
        ? fromParts(
            number(text, /^(\d+) passed, \d+ failed/m),
            number(text, /^\d+ passed, (\d+) failed/m),
            number(text, /^\d+ passed, \d+ failed, (\d+) skipped/m),
          )
        : undefined,
  },
];

/** Test counts in a command's output, where its format is one we know; null otherwise. Counts never decide: the exit code does. */
export function readCounts(output: string): TestCounts | null {
  const plain = output.replace(/\u001b\[[0-9;]*m/g, "");
  for (const format of formats) {
    const counts = format.read(plain);
    if (counts) return counts;
  }
  return null;
}
