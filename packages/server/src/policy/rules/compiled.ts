import type { RuleMatch, ShellSegment } from "../verdict.ts";
import { type ActionRules, actionRules } from "./fit-action.ts";
import { fitSegment } from "./fit-command.ts";
import type { CommandRule, RuleSet } from "./rule.ts";

/** The rules in force in one place, made ready to be asked often. */
export interface CompiledRules extends ActionRules {
  readonly set: RuleSet;
  segment(segment: ShellSegment): { readonly rules: RuleMatch[]; readonly requirements: RuleMatch[] };
  /** True when any rule could ask or forbid. */
  readonly strict: boolean;
}

/** Makes a set of rules ready: command rules are looked up by the words a segment's program may go by. */
export function compileRules(set: RuleSet): CompiledRules {
  const commands = set.rules.filter((rule) => rule.kind === "command");
  const rules = lookup(commands);
  const requirements = lookup(set.requirements);
  const fits = (found: readonly CommandRule[], segment: ShellSegment) =>
    found.flatMap((rule) => fitSegment(rule, segment, set.executables) ?? []);
  return {
    ...actionRules(
      set.rules.filter(
        (rule) => rule.kind !== "command" && rule.kind !== "protected" && rule.kind !== "diff",
      ),
    ),
    set,
    strict: [...set.rules, ...set.requirements].some(
      (rule) => rule.decision !== "allow" && rule.kind !== "protected" && rule.kind !== "diff",
    ),
    segment: (segment) => ({
      rules: fits(rules(segment), segment),
      requirements: fits(requirements(segment), segment),
    }),
  };
}

/** The rules that may say something of a segment: a word that is known only when it runs may be any program. */
function lookup(rules: readonly CommandRule[]): (segment: ShellSegment) => readonly CommandRule[] {
  const byProgram = new Map<string, CommandRule[]>();
  const always = rules.filter((rule) => rule.pattern.length === 0);
  for (const rule of rules)
    for (const name of new Set(rule.pattern[0])) byProgram.set(name, [...(byProgram.get(name) ?? []), rule]);
  return ({ words, wrappers }) => {
    const programs = [words, ...wrappers].flatMap((seen) => seen.slice(0, 1));
    if (programs.some(({ literal }) => !literal)) return rules;
    const names = programs.map(({ text }) => text);
    const all = names.flatMap((name) => [name, name.slice(name.lastIndexOf("/") + 1)]);
    return [...new Set([...always, ...all.flatMap((name) => byProgram.get(name) ?? [])])];
  };
}
