import { readFileSync } from "node:fs";
import path from "node:path";
import type { ListedRule, RuleFault } from "@harness/protocol";
import { type CommandDefinition, type Context, operationCommand, type Typed } from "../command.ts";
import { exitCodes, usageFailure } from "../failure.ts";
import { neutralLine } from "../terminal/neutral.ts";
import type { Screen } from "../terminal/screen.ts";

const load = operationCommand("rule/load", {
  absent: { project_root: "it is --project here" },
  notes: "Which files these are, the settings say: rules.exec_policy_paths and its neighbours.",
  show({ rules_count, faults, notes }, { out, err }) {
    out.line(`${rules_count} rules in force.`);
    return showTrouble(faults, notes, err);
  },
});

const check = operationCommand("rule/check", {
  positionals: [{ param: "file", doc: "A file of rules; without one those in force are read anew" }],
  absent: { project_root: "it is --project here", text: "it is read from the file" },
  notes: "Changes nothing. Exit code 2 when a file cannot be used.",
  async prepare({ params }, _, { surroundings }) {
    const { file } = params;
    return file === undefined ? { ...params } : { ...params, text: readText(String(file), surroundings.cwd) };
  },
  show({ rules_count, violations, notes }, { out, err }) {
    if (violations.length === 0) out.line(`${rules_count} rules, nothing wrong.`);
    return showTrouble(violations, notes, err);
  },
});

const list = operationCommand("rule/list", {
  show({ data, faults, notes }, { out, err }) {
    if (data.length === 0) err.line("No rule is in force beside the defaults.");
    out.table(data, ruleColumns);
    return showTrouble(faults, notes, err);
  },
});

const ruleColumns = [
  { head: "rule", cell: ({ id }: ListedRule) => id },
  { head: "kind", cell: ({ kind, required }: ListedRule) => (required ? `${kind}, required` : kind) },
  { head: "decides", cell: ({ decision }: ListedRule) => decision },
  { head: "says", cell: ({ says }: ListedRule) => says, elastic: true },
  { head: "hits", cell: ({ hits }: ListedRule) => String(hits), alignRight: true },
  { head: "why", cell: ({ justification }: ListedRule) => justification ?? "" },
] as const;

/** What is wrong with files of rules; the exit code says that something is. */
function showTrouble(
  faults: readonly RuleFault[],
  notes: readonly string[],
  err: Screen,
): number | undefined {
  for (const note of notes) err.line(`${err.paint("yellow", "note")}  ${neutralLine(note)}`);
  for (const { file, line, column, message } of faults)
    err.line(`${err.paint("red", "wrong")}  ${neutralLine(`${file}:${line}:${column}: ${message}`)}`);
  return faults.length === 0 ? undefined : exitCodes.usage;
}

/** A file the person named, as text. */
export function readText(file: string, cwd: string): string {
  try {
    return readFileSync(path.resolve(cwd, file), "utf8");
  } catch (error) {
    throw usageFailure(`${file}: ${error instanceof Error ? error.message : String(error)}`, {
      field: "file",
    });
  }
}

/** Rules from a file a person names, given as text. */
export async function textOfOption({ params, extras }: Typed, { surroundings }: Context) {
  const file = extras["rules"];
  return file === undefined ? { ...params } : { ...params, text: readText(String(file), surroundings.cwd) };
}

/** The commands about rules. */
export const ruleCommands: readonly CommandDefinition[] = [load, check, list];
