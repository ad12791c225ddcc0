import type { RuleLayer } from "../verdict.ts";
import { Arguments } from "./arguments.ts";
import { evaluate } from "./evaluate.ts";
import { lineCounter } from "./fault.ts";
import { ruleFunctions, type Unplaced } from "./function-table.ts";
import type { HostExecutable, Rule, RuleFile } from "./rule.ts";

/** Rules one file may hold. */
const MOST_RULES = 10_000;

/** A text with rules, and where it comes from. */
export interface RuleText {
  readonly file: string;
  readonly layer: RuleLayer;
  readonly text: string;
}

/** Reads a file in our language of rules, which Codex's files are written in too. Throws a `RuleMistake`. */
export function readRules({ file, layer, text }: RuleText): RuleFile {
  const calls = evaluate(text, new Set(Object.keys(ruleFunctions)));
  if (calls.length > MOST_RULES) throw new Error(`it holds more than ${MOST_RULES} rules`);
  const budget = { used: 0 };
  const lineOf = lineCounter(text);
  const placed = new Placing(file, layer);
  const executables = new Map<string, HostExecutable>();
  for (const call of calls) {
    const row = ruleFunctions[call.name];
    if (row === undefined) continue;
    const added = row.read(new Arguments(call, Object.keys(row.parameters), budget));
    if ("rule" in added) placed.add(added.rule, lineOf(call.offset));
    else executables.set(added.executable.name, added.executable);
  }
  return { file, layer, rules: placed.rules, executables: [...executables.values()], notes: [] };
}

/** Gives rules their place and an id that is unique in the file. */
export class Placing {
  readonly rules: Rule[] = [];
  readonly #file: string;
  readonly #layer: RuleLayer;
  readonly #onLine = new Map<number, number>();

  constructor(file: string, layer: RuleLayer) {
    this.#file = file;
    this.#layer = layer;
  }

  add(rule: Unplaced, line: number): void {
    const before = this.#onLine.get(line) ?? 0;
    this.#onLine.set(line, before + 1);
    const id = `${this.#layer}:${this.#file}:${line}${before === 0 ? "" : `.${before + 1}`}`;
    this.rules.push({ ...rule, id, layer: this.#layer, file: this.#file, line });
  }
}
