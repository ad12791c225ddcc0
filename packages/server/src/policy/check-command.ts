import { filesAt, textOf } from "./operator-files.ts";
import { joined } from "./rule-book.ts";
import { readApart } from "./rules/read-apart.ts";
import type { RuleForm, RuleSource } from "./rules/read-source.ts";
import { type CommandRule, faultText, type HostExecutable, noRules } from "./rules/rule.ts";
import { stricter } from "./rules/strictness.ts";
import type { Decision } from "./verdict.ts";

/** A command of plain words, and the files to judge it by. */
export interface CommandCheck {
  /** Files of rules, or directories of them. */
  readonly rules: readonly string[];
  readonly requirements?: string | undefined;
  /** Take an absolute program for its name where no rule names the path, unless `host_executable` forbids it. */
  readonly resolveHostExecutables: boolean;
  readonly command: readonly string[];
}

/** The answer in the words of `codex execpolicy check`. */
export interface CommandAnswer {
  readonly matchedRules: readonly { readonly prefixRuleMatch: PrefixRuleMatch }[];
  /** The strictest of the matched rules; absent when none matches. */
  readonly decision?: Decision;
}

interface PrefixRuleMatch {
  readonly matchedPrefix: readonly string[];
  readonly decision: Decision;
  readonly resolvedProgram?: string;
  readonly justification?: string;
}

/**
 * Judges a list of words by files of rules as Codex does: words only, no shell, no wrappers. Throws when a file
 * cannot be used, with its place.
 */
export async function checkCommand(check: CommandCheck): Promise<CommandAnswer> {
  const sources = [
    ...(await sourcesOf(check.rules, "rules")),
    ...(await sourcesOf(check.requirements === undefined ? [] : [check.requirements], "requirements")),
  ];
  const { rules, requirements, executables, faults } = joined(noRules, sources, await readApart(sources));
  const [fault] = faults;
  if (fault !== undefined) throw new Error(faultText(fault));
  const commands = [...rules.filter((rule) => rule.kind === "command"), ...requirements];
  const exact = matches(commands, check.command);
  const found =
    exact.length === 0 && check.resolveHostExecutables ? byName(commands, check.command, executables) : exact;
  const [first, ...others] = found.map(({ decision }) => decision);
  const matchedRules = found.map((prefixRuleMatch) => ({ prefixRuleMatch }));
  return first === undefined ? { matchedRules } : { matchedRules, decision: others.reduce(stricter, first) };
}

async function sourcesOf(names: readonly string[], form: RuleForm): Promise<RuleSource[]> {
  const files = (await Promise.all(names.map((name) => filesAt(name, form)))).flat();
  return Promise.all(
    files.map(async (file) => ({ file, form, layer: "operator" as const, text: await textOf(file) })),
  );
}

function matches(
  rules: readonly CommandRule[],
  words: readonly string[],
  resolved?: string,
): PrefixRuleMatch[] {
  return rules.flatMap(({ pattern, decision, justification }) => {
    const fits = pattern.every((alternatives, at) => alternatives.includes(words[at] ?? "\0"));
    if (!fits) return [];
    return [
      {
        matchedPrefix: words.slice(0, pattern.length),
        decision,
        ...(resolved === undefined ? {} : { resolvedProgram: resolved }),
        ...(justification === null ? {} : { justification }),
      },
    ];
  });
}

/** The command with its absolute program taken for the program's name. */
function byName(
  rules: readonly CommandRule[],
  [program = "", ...rest]: readonly string[],
  executables: readonly HostExecutable[],
): PrefixRuleMatch[] {
  if (!program.startsWith("/")) return [];
  const name = program.slice(program.lastIndexOf("/") + 1);
  const declared = executables.find((one) => one.name === name);
  if (declared !== undefined && !declared.paths.includes(program)) return [];
  return matches(rules, [name, ...rest], program);
}
