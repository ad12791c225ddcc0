import type { RuleMatch, ShellSegment, ShellWord } from "../verdict.ts";
import { nameExpression } from "./glob.ts";
import { type CommandRule, type HostExecutable, matchOf } from "./rule.ts";

/** Wrappers that change nothing of what the wrapped command may do: a rule that allows it allows it in them too. */
const plainWrappers = new Set(
  "bash sh zsh dash ksh mksh ash rbash busybox toybox env command builtin exec eval nice nohup ionice stdbuf time timeout gtimeout setsid chrt taskset xargs find git".split(
    " ",
  ),
);

/**
 * What a rule says of a segment, undefined when nothing. Allowing needs certainty, forbidding does not:
 *
 *   - a word that is known only when it runs fits no allowing rule, and may fit a stricter one: then it is asked;
 *   - a program with a path fits an allowing rule only when the rule names the path or `host_executable` declares
 *     it, and fits a stricter rule by its last part alone;
 *   - a wrapper such as sudo is not covered by a rule that allows what it wraps; stricter rules see through it.
 */
export function fitSegment(
  rule: CommandRule,
  segment: ShellSegment,
  executables: readonly HostExecutable[],
): RuleMatch | undefined {
  const { words, via, wrappers } = segment;
  if (rule.decision === "allow") {
    const outer = via.findIndex((name) => !plainWrappers.has(lastPart(name)));
    const fit = fitWords(rule, wrappers[outer] ?? words, (program) => namesFor(program, executables));
    return fit?.certain === true ? matchOf(rule, fit.matched) : undefined;
  }
  for (const seen of [words, ...wrappers]) {
    const names = (program: string) => [program, lastPart(program)];
    const fit = fitWords(rule, seen, names) ?? fitBehindOptions(rule, seen, names);
    if (fit) return matchOf(rule, fit.matched, fit.certain ? rule.decision : "prompt");
  }
  return undefined;
}

/** The names a program goes by for an allowing rule. */
function namesFor(program: string, executables: readonly HostExecutable[]): readonly string[] {
  const name = lastPart(program);
  if (name === program) return [program];
  const declared = executables.some((one) => one.name === name && one.paths.includes(program));
  return declared ? [program, name] : [program];
}

function lastPart(program: string): string {
  return program.slice(program.lastIndexOf("/") + 1);
}

/**
 * `npm --prefix x publish` may be `npm publish`: which options take a value of their own only the program knows, so a
 * stricter rule may fit behind any number of them.
 */
function fitBehindOptions(
  rule: CommandRule,
  words: readonly ShellWord[],
  names: (program: string) => readonly string[],
): Fit | undefined {
  const [program, option] = words;
  if (program === undefined || option?.text.startsWith("-") !== true || rule.pattern.length < 2)
    return undefined;
  for (let at = 2; at < words.length; at += 1) {
    const fit = fitWords(rule, [program, ...words.slice(at)], names);
    if (fit) return { ...fit, certain: false };
  }
  return undefined;
}

interface Fit {
  readonly matched: readonly string[];
  /** False when a word that is known only later may make it fit. */
  readonly certain: boolean;
}

function fitWords(
  rule: CommandRule,
  words: readonly ShellWord[],
  names: (program: string) => readonly string[],
): Fit | undefined {
  const matched: string[] = [];
  for (const [at, alternatives] of rule.pattern.entries()) {
    const word = words[at];
    if (word === undefined) return undefined;
    if (!word.literal) return { matched, certain: false };
    const said = at === 0 ? names(word.text) : [word.text];
    if (!said.some((name) => alternatives.includes(name))) return undefined;
    matched.push(word.text);
  }
  const next = words[rule.pattern.length];
  if (rule.exact && next !== undefined) return next.literal ? undefined : { matched, certain: false };
  if (rule.whole === null) return { matched, certain: true };
  const open = words.findIndex(({ literal }) => !literal);
  if (open !== -1)
    return mayBegin(rule.whole, words.slice(0, open)) ? { matched, certain: false } : undefined;
  const text = words.map((word) => word.text).join(" ");
  return nameExpression(rule.whole).test(text) ? { matched: [text], certain: true } : undefined;
}

/** Whether a command that begins with these words may be one of `git * main` after all. */
function mayBegin(whole: string, words: readonly ShellWord[]): boolean {
  const known = words.map(({ text }) => text).join(" ");
  const needed = whole.slice(0, whole.indexOf("*"));
  return known.startsWith(needed) || needed.startsWith(known);
}
