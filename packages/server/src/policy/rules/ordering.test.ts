import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Decision, RuleLayer, RuleMatch, ShellSegment } from "../verdict.ts";
import { compileRules } from "./compiled.ts";
import { evaluate } from "./evaluate.ts";
import { readSource } from "./read-source.ts";
import { type CommandRule, noRules } from "./rule.ts";
import { splitWords } from "./split-words.ts";
import { deciding, isStricter, ranked, stricter } from "./strictness.ts";

const decision = fc.constantFrom<Decision>("allow", "prompt", "forbidden");
const layer = fc.constantFrom<RuleLayer>("operator", "project", "default");
const token = fc.constantFrom("a", "b", "c");
const rules = fc
  .array(
    fc.record({
      decision,
      layer,
      pattern: fc.array(fc.array(token, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 8 },
  )
  .map((all) =>
    all.map(
      (one, at): CommandRule => ({
        ...one,
        kind: "command",
        exact: false,
        whole: null,
        id: `r${at}`,
        file: "x",
        line: at + 1,
        justification: null,
      }),
    ),
  );
const word = fc.record({ text: token, literal: fc.boolean() });
const segment = fc
  .array(word, { minLength: 1, maxLength: 4 })
  .map((words): ShellSegment => ({ text: "", words, via: [], wrappers: [], assignments: [], redirects: [] }));

function decide(all: readonly CommandRule[], one: ShellSegment): RuleMatch | undefined {
  return deciding(compileRules({ ...noRules, rules: all }).segment(one).rules, []);
}

describe("rules in any order", () => {
  it("decide the same [req:rules.order]", () => {
    fc.assert(
      fc.property(rules, segment, fc.infiniteStream(fc.nat()), (all, one, stream) => {
        const mixed = all
          .map((rule) => ({ rule, at: stream.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ rule }) => rule);
        expect(decide(mixed, one)).toEqual(decide(all, one));
      }),
      { numRuns: 500 },
    );
  });

  it("the strictest of the highest layer holds [req:rules.order, rules.layers]", () => {
    fc.assert(
      fc.property(rules, segment, (all, one) => {
        const found = compileRules({ ...noRules, rules: all }).segment(one).rules;
        const best = deciding(found, []);
        const top = (["operator", "project", "default"] as const).find((name) =>
          found.some((m) => m.layer === name),
        );
        const expected = found
          .filter((match) => match.layer === top)
          .reduce<Decision>((so_far, match) => stricter(so_far, match.decision), "allow");
        expect(best?.layer).toBe(top);
        if (best) expect(best.decision).toBe(expected);
        expect(ranked(found)).toHaveLength(found.length);
      }),
      { numRuns: 500 },
    );
  });

  it("more rules of a layer never make it laxer, and a requirement never does [req:rules.order]", () => {
    fc.assert(
      fc.property(rules, rules, segment, (all, more, one) => {
        const same = (list: readonly CommandRule[]) =>
          list.map((rule) => ({ ...rule, layer: "operator" as const }));
        const before = decide(same(all), one);
        const after = decide([...same(all), ...same(more)], one);
        if (before && after) expect(isStricter(before.decision, after.decision)).toBe(false);
        const match = compileRules({ ...noRules, rules: all }).segment(one).rules;
        const with_required = deciding(match, match);
        const without = deciding(match, []);
        if (with_required && without)
          expect(isStricter(without.decision, with_required.decision)).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it("nothing but literal words is ever allowed by a rule [req:rules.no-false-allow]", () => {
    fc.assert(
      fc.property(rules, segment, (all, one) => {
        for (const match of compileRules({ ...noRules, rules: all }).segment(one).rules)
          if (match.decision === "allow")
            expect(one.words.slice(0, match.matched.length).every(({ literal }) => literal)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe("any text at all", () => {
  it("is rules or a fault, in every form, and never a crash [req:rules.fuzz]", async () => {
    const piece = fc.constantFrom(
      "prefix_rule(",
      ")",
      "[",
      "]",
      "pattern",
      "=",
      ",",
      '"a"',
      "'",
      '"""',
      "\\",
      "\n",
      "{",
      "}",
      ":",
      "+",
      "x",
      "def",
      "#",
      "\u0000",
      "1",
      "lambda",
      "r'",
      "[[rules.prefix_rules]]",
      '{"permissions":',
      "💥",
    );
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(piece, { maxLength: 30 }).map((all) => all.join(" ")),
    );
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.constantFrom("rules" as const, "requirements" as const, "claude" as const),
        async (given, form) => {
          const read = await readSource({ file: "f", layer: "operator", form, text: given });
          if (!read.ok) {
            expect(read.fault.line).toBeGreaterThan(0);
            expect(read.fault.message).not.toBe("");
          }
          splitWords(given);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("calls nothing that is not known [req:rules.fuzz]", () => {
    expect(() => evaluate("f()", new Set(["g"]))).toThrow("there is no function f; there are g");
  });
});
