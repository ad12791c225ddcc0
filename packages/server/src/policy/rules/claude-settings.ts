import { z } from "zod";
import type { Decision } from "../verdict.ts";
import { FormatMistake } from "./fault.ts";
import type { Unplaced } from "./function-table.ts";
import { Placing, type RuleText } from "./read-rules.ts";
import type { PathAccess, RuleFile } from "./rule.ts";
import { splitWords } from "./split-words.ts";

const list = z.array(z.string().min(1).max(4096)).max(10_000).optional();
/** The part of a settings file that says what is allowed; the rest is Claude Code's own business. */
const shape = z.looseObject({
  permissions: z.looseObject({ allow: list, ask: list, deny: list }).optional(),
});

const decisions = { allow: "allow", ask: "prompt", deny: "forbidden" } as const satisfies Record<
  string,
  Decision
>;

/** Claude Code's tools that write files; an `Edit` rule speaks of all of them. */
const writers = ["Edit", "MultiEdit", "Write", "NotebookEdit"];
const readers = ["Read", "Grep", "Glob", "LS"];

/**
 * Reads the permission lists of a Claude Code `settings.json` as rules: `Bash(git diff:*)`, `Bash(npm test)`,
 * `Read(./src/**)`, `Edit(…)`, `WebFetch(domain:…)`, `mcp__server__tool`. An entry that cannot be said in rules
 * allows nothing and is noted; one that denies then denies its whole tool.
 */
export function readClaudeSettings({ file, layer, text }: RuleText): RuleFile {
  const parsed = shape.safeParse(json(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new FormatMistake(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not as expected"}`, 1);
  }
  const placed = new Placing(file, layer);
  const notes: string[] = [];
  for (const name of ["allow", "ask", "deny"] as const) {
    for (const entry of parsed.data.permissions?.[name] ?? []) {
      const line = lineOf(text, name, entry);
      const made = rulesOf(entry, decisions[name]);
      if (made.note !== undefined) notes.push(`${file}:${line}: ${entry}: ${made.note}`);
      for (const rule of made.rules) placed.add(rule, line);
    }
  }
  return { file, layer, rules: placed.rules, executables: [], notes };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new FormatMistake(`not JSON: ${error instanceof Error ? error.message : String(error)}`, 1);
  }
}

/** The line an entry stands on, looked for after its list begins. */
function lineOf(text: string, name: string, entry: string): number {
  const start = Math.max(0, text.indexOf(`"${name}"`));
  const at = text.indexOf(JSON.stringify(entry), start);
  return text.slice(0, Math.max(start, at)).split("\n").length;
}

interface Made {
  readonly rules: readonly Unplaced[];
  readonly note?: string;
}

function rulesOf(entry: string, decision: Decision): Made {
  const match = /^([A-Za-z_][\w.*-]*)(?:\((.*)\))?$/s.exec(entry.trim());
  const [, tool = "", inside] = match ?? [];
  if (match === null) return { rules: [], note: "not a permission of the form Tool or Tool(what)" };
  const what = inside?.trim() ?? "";
  const all = what === "" || what === "*";
  if (tool === "Bash") return all ? { rules: [command([], decision, false)] } : bash(what, decision);
  if (tool.startsWith("mcp__"))
    return {
      rules: [toolRule(tool.indexOf("__", 5) === -1 ? [tool, `${tool}__*`] : [tool], decision)],
    };
  if (writers.includes(tool)) return ofPaths(writers, "write", all ? undefined : what, decision);
  if (readers.includes(tool))
    return ofPaths(tool === "Read" ? readers : [tool], "read", all ? undefined : what, decision);
  const domain = /^domain:(\S+)$/.exec(what)?.[1];
  if (tool === "WebFetch" && domain !== undefined)
    return { rules: [{ kind: "host", hosts: [domain], decision, justification: null }] };
  if (all) return { rules: [toolRule([tool], decision)] };
  if (decision === "allow") return { rules: [], note: "it cannot be said in rules, so it allows nothing" };
  return { rules: [toolRule([tool], decision)], note: "it is heard for the whole tool" };
}

/** `git diff:*` and `git diff *` are beginnings, `git diff` is exactly that, `git * main` is a whole command. */
function bash(what: string, decision: Decision): Made {
  const beginning = /^(.*?)(?::\*| \*)$/s.exec(what)?.[1];
  const words = splitWords(beginning ?? what);
  if (words === undefined || words.length === 0)
    return { rules: [], note: "its quotes cannot be read, so it says nothing" };
  const wild = words.findIndex((word) => word.includes("*"));
  if (wild === -1) return { rules: [command(words, decision, beginning === undefined)] };
  const first = words.slice(0, wild);
  const whole = `${(beginning ?? what).trim()}${beginning === undefined ? "" : "*"}`;
  return { rules: [{ ...command(first, decision, false), whole }] };
}

function command(words: readonly string[], decision: Decision, exact: boolean) {
  const pattern = words.map((word) => [word]);
  return { kind: "command" as const, pattern, exact, whole: null, decision, justification: null };
}

function toolRule(tools: readonly string[], decision: Decision): Unplaced {
  return { kind: "tool", tools, decision, justification: null };
}

/** A rule of the tools alone when no path is named; one that denies then speaks of every path too. */
function ofPaths(
  tools: readonly string[],
  access: PathAccess,
  glob: string | undefined,
  decision: Decision,
): Made {
  const paths = (one: string): Unplaced => ({
    kind: "path",
    paths: [one],
    access: [access],
    decision,
    justification: null,
  });
  if (glob === undefined)
    return { rules: [toolRule(tools, decision), ...(decision === "allow" ? [] : [paths("/**")])] };
  if ((glob.match(/\*+/g) ?? []).length > 8) return { rules: [], note: "it has more than 8 wildcards" };
  // In a settings file // begins at the root of the file system, / where the project begins.
  const from = glob.startsWith("//") ? glob.slice(1) : glob.replace(/^\.?\//, "");
  return { rules: [paths(from)] };
}
