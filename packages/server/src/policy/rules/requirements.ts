import { parse, TomlError } from "smol-toml";
import { z } from "zod";
import { FormatMistake } from "./fault.ts";
import { Placing, type RuleText } from "./read-rules.ts";
import type { RuleFile } from "./rule.ts";

const word = z.string().min(1).max(4096);
const shape = z.strictObject({
  rules: z
    .strictObject({
      prefix_rules: z
        .array(
          z.strictObject({
            pattern: z
              .array(
                z.union([
                  z.strictObject({ token: word }),
                  z.strictObject({ any_of: z.array(word).min(1).max(1000) }),
                ]),
              )
              .min(1)
              .max(64),
            decision: z.enum(["prompt", "forbidden"]),
            justification: z.string().trim().min(1).max(4096).optional(),
          }),
        )
        .max(10_000)
        .optional(),
    })
    .optional(),
});

/** Reads `requirements.toml`: rules that only tighten. One that allows is refused. */
export function readRequirements({ file, layer, text }: RuleText): RuleFile {
  const parsed = shape.safeParse(tables(text));
  const starts = [...text.matchAll(/^[ \t]*\[\[\s*rules\s*\.\s*prefix_rules\s*\]\]|\{[^{}]*\bpattern\s*=/gm)];
  const lineOf = (at: number) => text.slice(0, starts[at]?.index ?? 0).split("\n").length;
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = issue?.path[2];
    const line = typeof at === "number" ? lineOf(at) : 1;
    const decision = issue?.path.at(-1) === "decision";
    const why = decision
      ? 'a requirement decides "prompt" or "forbidden": it can only tighten'
      : issue?.message;
    throw new FormatMistake(`${issue?.path.join(".") ?? "requirements"}: ${why ?? "not as expected"}`, line);
  }
  const placed = new Placing(file, layer);
  for (const [at, rule] of (parsed.data.rules?.prefix_rules ?? []).entries())
    placed.add(
      {
        kind: "command",
        pattern: rule.pattern.map((one) => ("token" in one ? [one.token] : one.any_of)),
        exact: false,
        whole: null,
        decision: rule.decision,
        justification: rule.justification ?? null,
      },
      lineOf(at),
    );
  return { file, layer, rules: placed.rules, executables: [], notes: [] };
}

function tables(text: string): unknown {
  try {
    return parse(text, { maxDepth: 20 });
  } catch (error) {
    if (error instanceof TomlError)
      throw new FormatMistake(error.message.split("\n")[0] ?? "not TOML", error.line, error.column);
    throw error;
  }
}
