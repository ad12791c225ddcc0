import { describe, expect, it } from "vitest";
import { ruleFunctions } from "./function-table.ts";
import { type ReadSource, type RuleForm, readSource } from "./read-source.ts";

const read = (text: string, form: RuleForm = "rules"): Promise<ReadSource> =>
  readSource({ file: "a.rules", layer: "operator", form, text });
const rulesOf = async (text: string, form: RuleForm = "rules") => {
  const found = await read(text, form);
  if (!found.ok) throw new Error(found.fault.message);
  return found.file;
};
const faultOf = async (text: string, form: RuleForm = "rules") => {
  const found = await read(text, form);
  return found.ok ? "no fault" : `${found.fault.line}:${found.fault.column} ${found.fault.message}`;
};

describe("a file of rules", () => {
  it("is assignments and calls of known functions [req:policy.starlark]", async () => {
    const { rules, executables } = await rulesOf(`# a remark
"""A remark too."""
vcs = ["git", "hg"]
why = "Harness " + 'publishes'
prefix_rule(pattern = [vcs, "push"], decision = "forbidden", justification = why,)
prefix_rule(["ls"]); prefix_rule(["cat"], "prompt")
host_executable(name = "git", paths = ["/usr/bin/git"])
`);
    expect(rules).toMatchObject([
      {
        id: "operator:a.rules:5",
        pattern: [["git", "hg"], ["push"]],
        decision: "forbidden",
        justification: "Harness publishes",
      },
      { id: "operator:a.rules:6", pattern: [["ls"]], decision: "allow" },
      { id: "operator:a.rules:6.2", pattern: [["cat"]], decision: "prompt" },
    ]);
    expect(executables).toEqual([{ name: "git", paths: ["/usr/bin/git"] }]);
  });

  it.each(Object.entries(ruleFunctions))(
    "knows %s as the reference shows it [req:policy.starlark]",
    async (_, { example }) => {
      const { rules, executables } = await rulesOf(example);
      expect(rules.length + executables.length).toBe(1);
    },
  );

  it.each([
    ["def f():\n  pass", "1:1 def is not part"],
    ["x = lambda: 1", "1:5 lambda is not part"],
    ['load("//a", "b")', "1:1 load is not part"],
    ["for x in [1]:\n  pass", "1:1 a loop is not part"],
    ["while True:\n  pass", "1:1 a loop is not part"],
    ["if True:\n  pass", "1:1 if is not part"],
    ["import os", "1:1 import is not part"],
    ["x = [a for a in [1]]", "1:5 a comprehension"],
    ['x = f"{1}"', "1:5 an f-string"],
    ['x = "a" "b"', "1:5 two strings side by side"],
    ["x = 1\nx = 2", "2:1 x has a value already"],
    ["x = 1\nx += 1", "2:1 changing a variable"],
    ["prefix_rule = 1", "1:1 prefix_rule is a function"],
    ["x = y", "1:5 y has no value yet"],
    ["open('/etc/passwd')", "1:1 there is no function open"],
    ["x = 'a'.join(['b'])", "1:5 \"'a'.join(['b'])\" is not part"],
    ["x = 'a' * 1000", "the only operator is +"],
    ["x = -1", '1:5 "-1" is not part'],
    ["prefix_rule(pattern=['a'", "1:25 something is missing at the end"],
    ["x = 1\nprefix_rule(pattern=['a';])", '2:25 ";])" does not belong here'],
    ["prefix_rule(pattern=[])", "1:21 pattern has no words"],
    ["prefix_rule(pattern=['a', []])", "a list of alternatives is empty"],
    ["prefix_rule(pattern='a')", "pattern is a list, not a string"],
    ["prefix_rule(pattern=['a'], decision='deny')", '1:37 decision is "allow", "prompt" or "forbidden"'],
    ["prefix_rule(pattern=['a'], justification=' ')", "justification says nothing"],
    ["prefix_rule(pattern=['a'], foo=1)", "prefix_rule has no foo"],
    ["prefix_rule(*['a'])", "without *"],
    ["\nprefix_rule(pattern=['a'], match=['b c'])", '2:34 the rule says nothing of its example "b c"'],
    ["prefix_rule(pattern=['a'], not_match=['a c'])", 'the rule says something of "a c"'],
    ["prefix_rule(pattern=['a'], match=[''])", "an example in match is empty"],
    ["host_executable(name='git', paths=['git'])", '"git" is not an absolute path'],
    ["host_executable(name='/git', paths=[])", "without a path"],
    ["network_rule(host='*.x.com', protocol='https', decision='deny')", "host is one host's name"],
    ["path_rule(paths='**/**/***', decision='allow')", "is not a glob"],
    ["protected_rule(paths='../x')", "is not a glob inside the repository"],
    ["diff_rule(paths='a')", "diff_rule needs max_files or max_lines"],
    ["path_rule(paths='a', decision='allow', access='run')", 'access is "read" or "write"'],
  ])("%j fails with its place: %s [req:policy.starlark, rules.fail-closed]", async (text, expected) => {
    expect(await faultOf(text)).toContain(expected);
  });

  it("checks examples of every kind of rule [req:rules.functions]", async () => {
    const { rules } = await rulesOf(`path_rule(paths = ["*.pem", "~/.ssh/**", "/etc"], decision = "forbidden",
      match = ["a/b.pem", "~/.ssh/id", "/etc/passwd"], not_match = ["a.pemx", "/etcetera"])
host_rule(hosts = ["*.x.com"], decision = "allow", match = ["a.x.com"], not_match = ["x.com", "ax.com"])
tool_rule(tools = "mcp__*", decision = "prompt", match = ["mcp__a__b"], not_match = ["Read"])
protected_rule(paths = [".github/workflows/**"], match = [".github/workflows/ci.yml"], not_match = [".github/x"])
diff_rule(max_files = 100)
network_rule(host = "x.com", protocol = "https", decision = "deny")`);
    expect(rules.map(({ kind, decision }) => `${kind} ${decision}`)).toEqual([
      "path forbidden",
      "host allow",
      "tool prompt",
      "protected prompt",
      "diff prompt",
      "host forbidden",
    ]);
  });
});

describe("the limits of a file of rules", () => {
  it.each([
    ["half a megabyte", `# ${"x".repeat(512 * 1024)}`, "larger than 524288 bytes"],
    ["brackets inside each other", `x = ${"[".repeat(600)}${"]".repeat(600)}`, "more than 512 expressions"],
    ["many more brackets", `x = ${"(".repeat(100_000)}1${")".repeat(100_000)}`, "does not belong here"],
    ["a string that doubles to a gigabyte", doubling('"xxxxxxxxxxxxxxxx"'), "more than 1000000 things"],
    ["a list that doubles", doubling("['x', 'y']"), "more than 1000000 things"],
    ["values in steps", sums(), "does more than 1000000 things"],
    ["rules without end", 'prefix_rule(["a"])\n'.repeat(10_001), "more than 10000 rules"],
  ])("stop %s [req:rules.limits]", async (_name, text, expected) => {
    expect(await faultOf(text)).toMatch(
      expected === "nested too deeply" ? /nested too deeply|more than 512/ : expected,
    );
  });
});

function doubling(start: string): string {
  const lines = Array.from({ length: 30 }, (_, at) => `x${at + 1} = x${at} + x${at}`);
  return [`x0 = ${start}`, ...lines].join("\n");
}

function sums(): string {
  const long = Array.from({ length: 14 }, (_, at) => `x${at + 1} = x${at} + x${at}`);
  const more = Array.from({ length: 200 }, (_, at) => `y${at} = x14 + "a"`);
  return ['x0 = "a"', ...long, ...more].join("\n");
}

describe("requirements.toml", () => {
  it("only tightens [req:policy.requirements]", async () => {
    const text = `[[rules.prefix_rules]]
pattern = [{ token = "git" }, { any_of = ["push", "remote"] }]
decision = "forbidden"
justification = "never"
`;
    expect((await rulesOf(text, "requirements")).rules).toMatchObject([
      { pattern: [["git"], ["push", "remote"]], decision: "forbidden", justification: "never", line: 1 },
    ]);
    const second = `${text}[[rules.prefix_rules]]\npattern = [{ token = "ls" }]\ndecision = "allow"\n`;
    expect(await faultOf(second, "requirements")).toMatch(/^5:1 .*can only tighten/);
    expect(await faultOf("[[rules.prefix_rules]]\npattern = [", "requirements")).toMatch(/^2:/);
    expect(await faultOf("[other]\nx = 1", "requirements")).toContain("other");
  });
});

describe("a Claude settings file", () => {
  it("gives its permission lists as rules [req:policy.import]", async () => {
    const permissions = {
      allow: [
        "Bash(git diff:*)",
        "Bash(npm run test)",
        "Bash(git * main)",
        "Read(./src/**)",
        "WebFetch(domain:github.com)",
        "mcp__github__search",
      ],
      ask: ["Edit(/docs/**)", "mcp__puppeteer"],
      deny: ["Read(//etc/**)", "Read(~/.ssh/**)", "Bash(curl:*)", "WebSearch", "Write"],
    };
    const text = JSON.stringify({ model: "x", hooks: {}, permissions }, null, 2);
    const { rules, notes } = await rulesOf(text, "claude");
    expect(notes).toEqual([]);
    expect(rules).toMatchObject([
      { line: 6, kind: "command", pattern: [["git"], ["diff"]], exact: false, decision: "allow" },
      { kind: "command", pattern: [["npm"], ["run"], ["test"]], exact: true },
      { kind: "command", pattern: [["git"]], whole: "git * main" },
      { kind: "path", paths: ["src/**"], access: ["read"] },
      { kind: "host", hosts: ["github.com"] },
      { kind: "tool", tools: ["mcp__github__search"] },
      { kind: "path", paths: ["docs/**"], access: ["write"], decision: "prompt" },
      { kind: "tool", tools: ["mcp__puppeteer", "mcp__puppeteer__*"] },
      { kind: "path", paths: ["/etc/**"], decision: "forbidden" },
      { kind: "path", paths: ["~/.ssh/**"] },
      { kind: "command", pattern: [["curl"]], decision: "forbidden" },
      { kind: "tool", tools: ["WebSearch"] },
      { kind: "tool", tools: ["Edit", "MultiEdit", "Write", "NotebookEdit"] },
      { kind: "path", paths: ["/**"], access: ["write"], decision: "forbidden" },
    ]);
  });

  it("notes what cannot be said, allows nothing by it, and denies the whole tool [req:policy.import]", async () => {
    const permissions = { allow: ["Task(Explore)"], deny: ["Skill(x)", "?"] };
    const { rules, notes } = await rulesOf(JSON.stringify({ permissions }), "claude");
    expect(rules).toMatchObject([{ kind: "tool", tools: ["Skill"], decision: "forbidden" }]);
    expect(notes).toHaveLength(3);
    expect(await faultOf("{", "claude")).toContain("not JSON");
    expect(await faultOf('{"permissions":{"deny":"x"}}', "claude")).toContain("permissions.deny");
  });
});
