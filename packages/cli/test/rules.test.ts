import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fakeServer } from "./support/fake-server.ts";
import { typed } from "./support/typed.ts";

const dir = mkdtempSync(path.join(tmpdir(), "harness-cli-rules-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
const file = (name: string, text: string) => {
  writeFileSync(path.join(dir, name), text);
  return name;
};
const rules = file(
  "a.rules",
  'prefix_rule(["git"])\nhost_executable(name = "git", paths = ["/usr/bin/git"])',
);
const required = file(
  "requirements.toml",
  '[[rules.prefix_rules]]\npattern = [{ token = "git" }, { token = "push" }]\ndecision = "forbidden"\njustification = "no"',
);

describe("harness execpolicy check", () => {
  const check = (...argv: string[]) => typed(["execpolicy", "check", ...argv], { cwd: dir });

  it("answers Codex's JSON without a server, options of the command left to it [req:policy.cli]", async () => {
    const matched = { prefixRuleMatch: { matchedPrefix: ["git"], decision: "allow" } };
    const plain = await check("-r", rules, "git", "log", "--pretty");
    expect(plain.code, plain.err).toBe(0);
    expect(plain.out).toBe(`${JSON.stringify({ matchedRules: [matched], decision: "allow" })}\n`);
    const tightened = await check(
      "--rules",
      rules,
      "--requirements",
      required,
      "--pretty",
      "--",
      "git",
      "push",
    );
    expect(tightened.out.split("\n").length).toBeGreaterThan(5);
    expect(JSON.parse(tightened.out)).toMatchObject({
      matchedRules: [matched, { prefixRuleMatch: { matchedPrefix: ["git", "push"], justification: "no" } }],
      decision: "forbidden",
    });
    const resolved = await check("-r", rules, "--resolve-host-executables", "/usr/bin/git");
    expect(JSON.parse(resolved.out).matchedRules[0].prefixRuleMatch.resolvedProgram).toBe("/usr/bin/git");
    expect((await check("-r", rules, "/usr/bin/git")).out).toBe('{"matchedRules":[]}\n');
  });

  it("names the place of a mistake, and asks for a file [req:policy.cli]", async () => {
    const wrong = await check("-r", file("b.rules", "x = 1\nx = 2"), "git");
    expect(wrong).toMatchObject({ code: 2, out: "" });
    expect(wrong.err).toContain("b.rules:2:1: x has a value already");
    expect((await check("git")).err).toContain("--rules");
    expect((await check("-r", "absent.rules", "git")).err).toContain("ENOENT");
  });
});

describe("harness rule and policy", () => {
  const rule = {
    id: "operator:/x/a.rules:1",
    layer: "operator" as const,
    kind: "command" as const,
    decision: "forbidden" as const,
    says: "git push\u001b[2J",
    justification: "no",
    file: "/x/a.rules",
    line: 1,
    required: false,
    hits: 7,
    last_hit_at: null,
  };
  const fault = { file: "/x/b.rules", line: 2, column: 3, message: "a bracket is missing" };

  it("lists rules with their hits, and fails while a file is wrong [req:rules.hits, rules.fail-closed]", async () => {
    await using server = await fakeServer({
      "rule/list": () => ({ data: [rule], faults: [fault], notes: ["n"] }),
    });
    const ran = await typed(["rule", "list"], { url: server.url });
    expect(ran.code).toBe(2);
    expect(ran.out).toContain("operator:/x/a.rules:1");
    expect(ran.out).toContain("7");
    expect(ran.out).not.toContain("\u001b[2J");
    expect(ran.err).toContain("/x/b.rules:2:3: a bracket is missing");
  });

  it("checks a file of the person's own by its text [req:rules.no-paths]", async () => {
    await using server = await fakeServer({
      "rule/check": () => ({ rules_count: 2, violations: [], notes: [] }),
    });
    const ran = await typed(["rule", "check", rules], { url: server.url, cwd: dir });
    expect(ran).toMatchObject({ code: 0, out: "2 rules, nothing wrong.\n" });
    expect(server.calls[0]?.params).toMatchObject({
      file: rules,
      text: expect.stringContaining("prefix_rule"),
    });
    const load = await fakeServer({ "rule/load": () => ({ rules_count: 2, faults: [], notes: [] }) });
    expect((await typed(["rule", "load"], { url: load.url })).out).toBe("2 rules in force.\n");
    await load[Symbol.asyncDispose]();
  });

  it("explains a command, and judges the past anew [req:policy.explain, policy.dry-run]", async () => {
    const { id, layer, decision, says, justification } = rule;
    const match = { id, layer, decision, matched: ["git", "push"], justification };
    const tried = [{ id, layer, decision, says, justification, matched: null }];
    const segment = { text: "git push", words: ["git", "push"], via: ["timeout"], writes: ["a.txt"] };
    await using server = await fakeServer({
      "policy/explain": () => ({
        decision,
        reason: "because",
        rule: match,
        segments: [{ ...segment, decision, reason: "because", matches: [match], tried }],
      }),
      "policy/dry_run": () => ({
        decisions: 9,
        changed: [
          {
            command: "git push",
            times: 3,
            last_at: "2026-01-01T00:00:00Z",
            was: "allow",
            was_reason: "r",
            now: "prompt",
            now_reason: "n",
          },
        ],
      }),
    });
    const told = await typed(["policy", "explain", "timeout 5 git push > a.txt"], { url: server.url });
    expect(told.out).toMatch(
      /forbidden[\s\S]*git push \(in timeout\)[\s\S]*writes a\.txt[\s\S]*no {2}operator/,
    );
    const past = await typed(["policy", "dry-run", "--rules", rules], { url: server.url, cwd: dir });
    expect(past.err).toContain("9 past decisions");
    expect(past.out).toContain("git push");
    expect(server.calls.at(-1)?.params).toMatchObject({ text: expect.stringContaining("prefix_rule") });
  });
});
