import { describe, expect, it } from "vitest";
import { judgeAction } from "./judge.ts";
import type { PolicyAction, PolicyPlace } from "./policy.ts";
import { compileRules } from "./rules/compiled.ts";
import { noRules, type Rule, type RuleSet } from "./rules/rule.ts";
import type { Decision, RuleLayer, ShellReading } from "./verdict.ts";

/** A stand-in for the reader of commands: words split at spaces, segments at `;`, `$X` not literal, `> x` a write. */
const commands = {
  read: (text: string): ShellReading =>
    text.includes("'")
      ? { ok: false, reason: "a quote without end", offset: text.indexOf("'") }
      : { ok: true, segments: text.split(";").map((part) => segment(part.trim())) },
};

function segment(text: string) {
  const [command = "", target] = text.split(" > ");
  const word = (one: string) => ({ text: one, literal: !one.includes("$") });
  const words = command.split(" ");
  const via = words[0] === "sudo" || words[0] === "timeout" ? words.slice(0, 1) : [];
  const redirects = target === undefined ? [] : [{ mode: "write" as const, target: word(target) }];
  const wrappers = via.length === 0 ? [] : [words.map(word)];
  return { text, via, wrappers, words: words.slice(via.length).map(word), assignments: [], redirects };
}

const realPath = async (target: string) => target.replace("/tree/link", "/elsewhere");

let line = 0;
function rule(pattern: string, decision: Decision, layer: RuleLayer = "operator"): Rule {
  line += 1;
  const words = pattern.split(" ").map((word) => word.split("|"));
  const base = {
    id: `${layer}:x.rules:${line}`,
    layer,
    file: "x.rules",
    line,
    decision,
    justification: null,
  };
  return { ...base, kind: "command", pattern: words, exact: false, whole: null };
}

function pathRule(glob: string, decision: Decision): Rule {
  line += 1;
  const base = { id: `operator:x.rules:${line}`, layer: "operator" as const, file: "x.rules", line };
  return { ...base, decision, justification: null, kind: "path", paths: [glob], access: ["read", "write"] };
}

const place: PolicyPlace = {
  workspace: "/w/tree",
  project_id: null,
  profile: "allow_listed",
  attended: true,
  rules: null,
};

function judge(
  command: string | Omit<PolicyAction, "summary">,
  rules: readonly Rule[] = [],
  more: Partial<PolicyPlace> & { set?: Partial<RuleSet> } = {},
) {
  const action = typeof command === "string" ? { kind: "run", command, paths: [] } : command;
  const set = { ...noRules, rules, ...more.set };
  const deps = {
    rules: compileRules(set),
    commands: async () => commands,
    home: "/home/u",
    realPath,
    isPlainInside: () => false,
  };
  return judgeAction(deps, { ...action, summary: "x" }, { ...place, ...more });
}

describe("the judgement of a command", () => {
  it("is the strictest of its segments [req:rules.strictest]", async () => {
    const rules = [rule("git", "allow"), rule("git push", "forbidden"), rule("npm", "prompt")];
    expect(await judge("git status", rules)).toMatchObject({ decision: "allow", rule: { matched: ["git"] } });
    expect(await judge("git status; npm i", rules)).toMatchObject({ decision: "prompt" });
    expect(await judge("git status; npm i; git push", rules)).toMatchObject({
      decision: "forbidden",
      rule: { matched: ["git", "push"] },
      segments: [{ decision: "allow" }, { decision: "prompt" }, { decision: "forbidden" }],
    });
  });

  it("names no rule when one of its segments is allowed by none [req:rules.strictest]", async () => {
    expect((await judge("git status; make", [rule("git", "allow")])).rule).toBeNull();
  });

  it("hears the highest layer that says anything, and a requirement above all [req:rules.layers]", async () => {
    const rules = [rule("git push", "forbidden", "project"), rule("git", "allow", "operator")];
    expect(await judge("git push", rules)).toMatchObject({ decision: "allow", rule: { layer: "operator" } });
    const required = rule("git push", "prompt");
    const requirements = required.kind === "command" ? [required] : [];
    expect(await judge("git push", rules, { set: { requirements } })).toMatchObject({
      decision: "prompt",
      rule: { id: required.id },
    });
  });

  it.each([
    ["/opt/git push", "prompt", "a strict rule sees through a path"],
    ["./git push", "prompt", "and a relative one"],
    ["sudo git push", "prompt", "and a wrapper"],
    ["git $X", "prompt", "what may become push is asked"],
    ["git status", "allow", "what cannot is not"],
  ])("%s: %s, %s [req:rules.no-false-allow]", async (command, decision) => {
    const rules = [rule("git", "allow"), rule("git push", "prompt")];
    expect((await judge(command, rules)).decision).toBe(decision);
  });

  it.each(["/opt/git status", "./git status", "sudo git status", "$X status"])(
    "%s is not what a rule for git allows [req:rules.no-false-allow]",
    async (command) => {
      expect((await judge(command, [rule("git", "allow")])).rule).toBeNull();
    },
  );

  it("takes a declared path for the name [req:rules.host-executable]", async () => {
    const set = { executables: [{ name: "git", paths: ["/usr/bin/git"] }] };
    expect((await judge("/usr/bin/git status", [rule("git", "allow")], { set })).rule).not.toBeNull();
    expect((await judge("/opt/git status", [rule("git", "allow")], { set })).rule).toBeNull();
  });

  it.each(["echo 'x", "$X y"])(
    "%s is asked, and refused where nobody is [req:rules.unknown]",
    async (command) => {
      expect((await judge(command)).decision).toBe("prompt");
      const nobody = await judge(command, [], { attended: false });
      expect(nobody).toMatchObject({
        decision: "forbidden",
        reason: expect.stringContaining("nobody is there"),
      });
      const free = { attended: false, profile: "allow_all" as const };
      expect((await judge(command, [rule("git", "allow")], free)).decision).toBe("allow");
      expect((await judge(command, [rule("git", "prompt")], free)).decision).toBe("forbidden");
    },
  );

  it.each([
    ["git --verbose push", "prompt", "options before the words a rule names"],
    ["git --prefix x push", "prompt", "and their values"],
    ["git log push", "allow", "words behind others are not meant"],
    ["git --verbose log", "allow", "and other words neither"],
  ])("%s: %s, %s [req:rules.no-false-allow]", async (command, decision) => {
    const rules = [rule("git", "allow"), rule("git push", "forbidden")];
    expect((await judge(command, rules)).decision).toBe(decision);
  });

  it.each([
    ["cat a/site.pem", "forbidden", "a file it names"],
    ["cp site.pem x.txt", "forbidden", "a file it reads to copy it"],
    ["tee out.pem", "forbidden", "a file it writes"],
    ["cat link/site.pem", "forbidden", "where a link leads"],
    ["cat $FILE", "prompt", "a file known only when it runs"],
    ["curl https://a.evil.com/x", "forbidden", "a host it names"],
    ["cat /etc/os-release", "allow", "what no rule speaks of"],
    ["echo $FILE", "allow", "what is no file"],
  ])("%s: %s, judged by %s [req:rules.intent]", async (command, decision) => {
    const base = { layer: "operator" as const, file: "x", line: 1, justification: null };
    const hosts: Rule = { ...base, id: "h", kind: "host", decision: "forbidden", hosts: ["*.evil.com"] };
    expect((await judge(command, [pathRule("*.pem", "forbidden"), hosts])).decision).toBe(decision);
  });

  it.each([
    ["git push main", "forbidden"],
    ["git push dev", "allow"],
    ["git $X", "prompt"],
    ["git push $X", "prompt"],
    ["echo $X", "allow"],
    ["$X push main", "prompt"],
  ])("%s by a rule of whole commands: %s [req:rules.no-false-allow]", async (command, decision) => {
    const whole: Rule = {
      ...rule("git", "forbidden"),
      kind: "command",
      pattern: [["git"]],
      exact: false,
      whole: "git * main",
    };
    expect((await judge(command, [whole])).decision).toBe(decision);
    const anywhere: Rule = { ...whole, pattern: [], whole: "ec*o main" };
    expect((await judge("echo main", [anywhere])).decision).toBe("forbidden");
    expect((await judge("ls $X", [anywhere])).decision).toBe("allow");
  });

  it("judges redirects as writes [req:rules.redirects]", async () => {
    const rules = [rule("echo", "allow"), pathRule("*.env", "forbidden")];
    expect((await judge("echo x > a/.envrc", rules)).decision).toBe("allow");
    expect((await judge("echo x > a/b.env", rules)).decision).toBe("forbidden");
    expect((await judge("echo x > /etc/passwd", rules)).decision).toBe("forbidden");
    expect((await judge("echo x > link/a", rules)).decision).toBe("forbidden");
    expect((await judge("echo x > .git/config", rules)).decision).toBe("forbidden");
    expect((await judge("echo x > /dev/null", rules)).rule).not.toBeNull();
    // Inside the workspace the default allows the write, so that the rule for echo decides.
    expect((await judge("echo x > a.txt", rules)).rule?.matched).toEqual(["echo"]);
    expect((await judge("echo x > $OUT", rules)).decision).toBe("prompt");
  });
});

describe("the judgement of anything else", () => {
  it("takes rules of paths, hosts and tools, then the default [req:rules.functions]", async () => {
    const base = { layer: "operator" as const, file: "x", line: 1, justification: "because" };
    const rules: Rule[] = [
      pathRule("/etc/hosts", "allow"),
      { ...base, id: "h", kind: "host", decision: "forbidden", hosts: ["*.evil.com"] },
      { ...base, id: "t", kind: "tool", decision: "prompt", tools: ["mcp__github__*"] },
    ];
    expect((await judge({ kind: "read", paths: ["/etc/hosts"] }, rules)).decision).toBe("allow");
    expect((await judge({ kind: "read", paths: ["/etc/passwd"] }, rules)).decision).toBe("forbidden");
    expect((await judge({ kind: "write", paths: ["a"] }, rules)).decision).toBe("allow");
    expect((await judge({ kind: "network", paths: [], hosts: ["a.EVIL.com."] }, rules)).decision).toBe(
      "forbidden",
    );
    const asked = await judge({ kind: "tool_call", tool: "mcp__github__push", paths: [] }, rules);
    expect(asked).toMatchObject({ decision: "prompt", reason: expect.stringContaining("because") });
  });

  it("lets settings tighten what rules say, and nothing else [req:rules.settings]", async () => {
    const settings = {
      segment: () => ({ decision: "prompt" as const, reason: "profile strict" }),
      action: () => ({ decision: "allow" as const, reason: "listed" }),
    };
    expect(await judge("git x", [rule("git", "allow")], { settings })).toMatchObject({
      decision: "prompt",
      reason: "profile strict",
      rule: null,
    });
    expect((await judge("git x", [rule("git", "forbidden")], { settings })).decision).toBe("forbidden");
    expect((await judge({ kind: "read", paths: ["/etc/x"] }, [], { settings })).decision).toBe("forbidden");
  });

  it("forbids everything while a file of rules is broken, and says where [req:rules.fail-closed]", async () => {
    const faults = [{ file: "/etc/a.rules", line: 3, column: 7, message: "a bracket is missing" }];
    expect(await judge({ kind: "read", paths: ["a"] }, [], { set: { faults } })).toMatchObject({
      decision: "forbidden",
      reason: expect.stringContaining("/etc/a.rules:3:7: a bracket is missing"),
    });
  });
});
