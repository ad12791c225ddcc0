import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { checkCommand } from "../../src/policy/index.ts";
import { vendorPrograms } from "../agents/world.ts";

const codex = vendorPrograms()?.codex;
const dir = mkdtempSync(path.join(tmpdir(), "harness-oracle-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What Codex answers; null when it refuses the file. */
async function asked(file: string, command: readonly string[], resolve: boolean): Promise<unknown> {
  const args = ["execpolicy", "check", "--rules", file, ...(resolve ? ["--resolve-host-executables"] : [])];
  const run = promisify(execFile)(process.execPath, [codex ?? "", ...args, "--", ...command], {
    env: { PATH: process.env["PATH"] ?? "", HOME: dir },
  });
  return run.then(
    ({ stdout }) => JSON.parse(stdout),
    () => null,
  );
}

/** What we answer; null when we refuse the file. */
async function ours(file: string, command: readonly string[], resolve: boolean): Promise<unknown> {
  return checkCommand({ rules: [file], resolveHostExecutables: resolve, command }).catch(() => null);
}

let files = 0;
function rulesFile(text: string): string {
  files += 1;
  const file = path.join(dir, `${files}.rules`);
  writeFileSync(file, text);
  return file;
}

/** Runs at most four comparisons at a time. */
async function compare(
  rows: readonly (readonly [text: string, command: readonly string[], resolve?: boolean])[],
): Promise<string[]> {
  const different: string[] = [];
  const left = [...rows];
  const worker = async () => {
    for (let row = left.shift(); row !== undefined; row = left.shift()) {
      const [text, command, resolve = false] = row;
      const file = rulesFile(text);
      const [theirs, mine] = [await asked(file, command, resolve), await ours(file, command, resolve)];
      if (JSON.stringify(theirs) !== JSON.stringify(mine))
        different.push(
          `${text} :: ${command.join(" ")}\n  codex ${JSON.stringify(theirs)}\n  ours  ${JSON.stringify(mine)}`,
        );
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  return different;
}

const words = fc.constantFrom("git", "push", "status", "-a", "/usr/bin/git", "npm", "");
const place = fc.oneof(words, fc.uniqueArray(words, { minLength: 1, maxLength: 3 }));
const rule = fc
  .record({
    pattern: fc.array(place, { minLength: 1, maxLength: 3 }),
    decision: fc.option(fc.constantFrom("allow", "prompt", "forbidden"), { nil: undefined }),
    justification: fc.option(fc.constantFrom("because", 'it\'s "so"'), { nil: undefined }),
  })
  .map(({ pattern, decision, justification }) => {
    const more = [
      ...(decision === undefined ? [] : [`decision = ${JSON.stringify(decision)}`]),
      ...(justification === undefined ? [] : [`justification = ${JSON.stringify(justification)}`]),
    ];
    return `prefix_rule(${[`pattern = ${JSON.stringify(pattern)}`, ...more].join(", ")})`;
  });
const program = fc.constantFrom(
  'host_executable(name = "git", paths = ["/usr/bin/git"])',
  'host_executable(name = "git", paths = ["/opt/git"])',
  'host_executable(name = "git", paths = [])',
);
const generated = fc.tuple(
  fc.array(fc.oneof({ arbitrary: rule, weight: 4 }, { arbitrary: program, weight: 1 }), {
    minLength: 1,
    maxLength: 5,
  }),
  fc.array(words, { minLength: 1, maxLength: 4 }),
  fc.boolean(),
);

/** Files that are read, or refused, for a reason of their own. */
const written: readonly string[] = [
  'prefix_rule(pattern = ["git"], match = ["git status", ["git", "push"]], not_match = ["npm"])',
  'prefix_rule(pattern = ["git"])\nprefix_rule(pattern = ["npm"], match = ["git status"])',
  'prefix_rule(pattern = ["git"], not_match = ["git status"])',
  'prefix_rule(pattern = ["git"], match = ["/usr/bin/git status"])',
  'prefix_rule(pattern = ["git"], match = [""])',
  'prefix_rule(pattern = ["git"], match = ["git \'a"])',
  'prefix_rule(pattern = ["git", "#"], match = ["git \'#\'"])',
  'prefix_rule(pattern = ["git", "#"], match = ["git #"])',
  "prefix_rule(pattern = [])",
  'prefix_rule(pattern = ["git", []])',
  'prefix_rule(pattern = "git")',
  'prefix_rule(pattern = [["git", ["a"]]])',
  'prefix_rule(pattern = ["git"], decision = "deny")',
  'prefix_rule(pattern = ["git"], justification = " ")',
  'prefix_rule(pattern = ["git"], other = 1)',
  'prefix_rule(["git"], "prompt", [], [], "j")',
  'x = "g" + "it"\nprefix_rule(pattern = [x])',
  'x = "g" "it"',
  'prefix_rule(pattern = [r"git", "\\x70ush"])',
  'prefix_rule(pattern = ["git"',
  'host_executable(name = "git", paths = ["git"])',
  'host_executable(name = "git", paths = ["/usr/bin/hg"])',
  'host_executable(name = "/x/git", paths = [])',
  'network_rule(host = "x.com", protocol = "https", decision = "deny")',
  'network_rule(host = "*.x.com", protocol = "https", decision = "deny")',
  'network_rule(host = "x.com", protocol = "tcp", decision = "deny")',
  "unknown_rule()",
  "load('a', 'b')",
  "# nothing",
];

/** Where we answer otherwise, and why. */
const differences: readonly (readonly [text: string, why: string])[] = [
  [
    'def f():\n  prefix_rule(pattern = ["git"])\nf()',
    "no functions of its own: a file must say what it means at a glance",
  ],
  ['prefix_rule(pattern = [x for x in ["git"]])', "no comprehensions: no loop, whatever it is called"],
  ['x = "git"\nprefix_rule(pattern = [f"{x}"])', "no f-strings: + does the same"],
  ['x = "npm"\nx = "git"\nprefix_rule(pattern = [x])', "a name means one thing in the whole file"],
  ['prefix_rule(pattern = ["git" if True else "npm"])', "no conditions: what a file says never depends"],
];

describe.skipIf(codex === undefined)("beside the real codex execpolicy check", { timeout: 300_000 }, () => {
  it("a generated table of rules and commands is answered alike [req:policy.cli, rules.oracle]", async () => {
    const rows = fc.sample(generated, { numRuns: 40, seed: 20260101 });
    const table = rows.map(([rules, command, resolve]) => [rules.join("\n"), command, resolve] as const);
    expect(await compare(table)).toEqual([]);
  });

  it("files are read or refused alike [req:policy.starlark, rules.oracle]", async () => {
    expect(await compare(written.map((text) => [text, ["git", "push"]] as const))).toEqual([]);
  });

  it("differences are these, each for its reason [req:rules.oracle]", async () => {
    for (const [text, why] of differences) {
      const file = rulesFile(text);
      expect(await asked(file, ["git"], false), why).toMatchObject({ decision: "allow" });
      expect(await ours(file, ["git"], false), why).toBeNull();
    }
  });
});
