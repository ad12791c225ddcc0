import type { Arguments } from "./arguments.ts";
import { RuleMistake } from "./fault.ts";
import type { Added } from "./function-table.ts";
import type { CommandRule } from "./rule.ts";
import { splitWords } from "./split-words.ts";

/** Words a pattern may have. */
const MOST_WORDS = 64;

/** `prefix_rule`, with Codex's meaning. */
export function commandRule(call: Arguments): Added {
  const { value, offset } = call.required("pattern");
  const places = call.list(value, "pattern", offset);
  if (places.length === 0) throw new RuleMistake("pattern has no words", offset);
  if (places.length > MOST_WORDS) throw new RuleMistake(`pattern has more than ${MOST_WORDS} words`, offset);
  const pattern = places.map((place) => {
    if (typeof place === "string") return [call.oneText(place, "pattern", offset)];
    const alternatives = call
      .list(place, "pattern", offset)
      .map((one) => call.oneText(one, "pattern", offset));
    if (alternatives.length === 0) throw new RuleMistake("a list of alternatives is empty", offset);
    return alternatives;
  });
  const rule = {
    kind: "command" as const,
    pattern,
    exact: false,
    whole: null,
    decision: call.decision("allow"),
    justification: call.justification(),
  };
  for (const words of examples(call, "match"))
    if (!fitsExample(rule, words))
      throw new RuleMistake(
        `the rule says nothing of its example "${words.join(" ")}"`,
        call.offset("match"),
      );
  for (const words of examples(call, "not_match"))
    if (fitsExample(rule, words))
      throw new RuleMistake(
        `the rule says something of "${words.join(" ")}", which it should not`,
        call.offset("not_match"),
      );
  return { rule };
}

/** Whether a command of plain words begins with the pattern; an absolute program counts as its last part too. */
function fitsExample({ pattern }: Pick<CommandRule, "pattern">, words: readonly string[]): boolean {
  const [program = "", ...rest] = words;
  const names = program.startsWith("/") ? [program, program.slice(program.lastIndexOf("/") + 1)] : [program];
  return names.some((name) =>
    pattern.every((alternatives, at) => {
      const word = [name, ...rest][at];
      return word !== undefined && alternatives.includes(word);
    }),
  );
}

function examples(call: Arguments, name: "match" | "not_match"): string[][] {
  if (!call.has(name)) return [];
  const { value, offset } = call.required(name);
  return call.list(value, name, offset).map((example) => {
    const words =
      typeof example === "string"
        ? splitWords(call.oneText(example, name, offset))
        : call.list(example, name, offset).map((word) => call.oneText(word, name, offset));
    if (words === undefined) throw new RuleMistake(`an example in ${name} has a quote without end`, offset);
    if (words.length === 0) throw new RuleMistake(`an example in ${name} is empty`, offset);
    return words;
  });
}

/** `host_executable`. */
export function hostExecutable(call: Arguments): Added {
  const name = call.text("name");
  if (name === "" || name.includes("/"))
    throw new RuleMistake(`name is a program's name without a path, not "${name}"`, call.offset("name"));
  const paths = call.texts("paths");
  for (const path of paths)
    if (!path.startsWith("/") || !path.endsWith(`/${name}`))
      throw new RuleMistake(`"${path}" is not an absolute path that ends in ${name}`, call.offset("paths"));
  return { executable: { name, paths } };
}
