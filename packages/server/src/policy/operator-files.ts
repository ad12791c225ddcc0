import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { RuleForm, RuleSource } from "./rules/read-source.ts";
import { MOST_SOURCE_BYTES, type RuleFault } from "./rules/rule.ts";

/** The operator's files with rules, as the settings name them. */
export interface OperatorFiles {
  readonly exec_policy_paths: readonly string[] | null;
  readonly requirements_path: string | null;
  readonly claude_settings_paths: readonly string[] | null;
}

/** What was found where the settings point. */
export interface FoundFiles {
  readonly sources: readonly RuleSource[];
  /** A file that is named but is not there, or cannot be read, is a fault: rules that are missing must not allow. */
  readonly faults: readonly RuleFault[];
}

/** Reads the operator's files. A directory stands for every `*.rules` file in it, by name. */
export async function findOperatorFiles(files: OperatorFiles): Promise<FoundFiles> {
  const sources: RuleSource[] = [];
  const faults: RuleFault[] = [];
  const named: (readonly [string, RuleForm])[] = [
    ...(files.exec_policy_paths ?? []).map((file) => [file, "rules"] as const),
    ...(files.claude_settings_paths ?? []).map((file) => [file, "claude"] as const),
    ...(files.requirements_path === null ? [] : [[files.requirements_path, "requirements"] as const]),
  ];
  for (const [name, form] of named) {
    try {
      for (const file of await filesAt(name, form))
        sources.push({ file, layer: "operator", form, text: await textOf(file) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      faults.push({ file: name, line: 1, column: 1, message: `it cannot be read: ${message}` });
    }
  }
  return { sources, faults };
}

/** The file itself, or the rule files of a directory. */
export async function filesAt(name: string, form: RuleForm): Promise<string[]> {
  if (form !== "rules" || !(await stat(name)).isDirectory()) return [name];
  const names = (await readdir(name)).filter((one) => one.endsWith(".rules"));
  return names.sort().map((one) => path.join(name, one));
}

/** A file's text. Bytes that are no UTF-8 are refused, and so is what is no plain file or too large. */
export async function textOf(file: string): Promise<string> {
  const found = await stat(file);
  if (!found.isFile()) throw new Error("it is not a file");
  if (found.size > MOST_SOURCE_BYTES) throw new Error(`it is larger than ${MOST_SOURCE_BYTES} bytes`);
  return new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
}
