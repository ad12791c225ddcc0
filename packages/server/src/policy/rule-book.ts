import { createHash } from "node:crypto";
import { findOperatorFiles, type OperatorFiles } from "./operator-files.ts";
import type { ProjectRules } from "./policy.ts";
import { type CompiledRules, compileRules } from "./rules/compiled.ts";
import { readApart } from "./rules/read-apart.ts";
import type { ReadSource, RuleSource } from "./rules/read-source.ts";
import { noRules, type RuleSet } from "./rules/rule.ts";

/** Projects' rules kept ready at a time. */
const MOST_PROJECTS = 64;

/** Rules in force somewhere, and what is to be said about their files. */
export interface RulesInForce {
  readonly compiled: CompiledRules;
  readonly notes: readonly string[];
}

/**
 * All rules of a server: the operator's files as they were when they were last loaded, and each project's own on top.
 * A thread for reading them is started only when there is something to read.
 */
export class RuleBook {
  readonly #files: OperatorFiles;
  #operator: Promise<RulesInForce> | undefined;
  /** By file and hash of the text, the one asked for last at the end. */
  readonly #projects = new Map<string, Promise<RulesInForce>>();

  constructor(files: OperatorFiles) {
    this.#files = files;
  }

  /** Reads the operator's files again; what was read before no longer counts. */
  load(): Promise<RulesInForce> {
    this.#projects.clear();
    this.#operator = this.look();
    return this.#operator;
  }

  /** The rules where a project's own count beside the operator's. */
  inForce(project: ProjectRules | null): Promise<RulesInForce> {
    const operator = this.#operator ?? this.load();
    if (project === null) return operator;
    const key = createHash("sha256").update(`${project.file}\0${project.text}`).digest("hex");
    const known = this.#projects.get(key) ?? withProject(operator, project);
    this.#projects.delete(key);
    this.#projects.set(key, known);
    const [oldest] = this.#projects.keys();
    if (this.#projects.size > MOST_PROJECTS && oldest !== undefined) this.#projects.delete(oldest);
    return known;
  }

  /** Reads the operator's files as they are now, without effect. */
  async look(): Promise<RulesInForce> {
    const { sources, faults } = await findOperatorFiles(this.#files);
    const read = await readApart(sources);
    const set = joined({ ...noRules, faults }, sources, read);
    return { compiled: compileRules(set), notes: read.flatMap((one) => (one.ok ? one.file.notes : [])) };
  }
}

/** Rules a project brings, on top of the operator's. */
async function withProject(
  operator: Promise<RulesInForce>,
  { file, text }: ProjectRules,
): Promise<RulesInForce> {
  const sources = [{ file, text, layer: "project", form: "rules" }] as const;
  const read = await readApart(sources);
  const { compiled, notes } = await operator;
  return { compiled: compileRules(joined(compiled.set, sources, read)), notes };
}

/** What was read, put together with what is there. Of two declarations of a program the later holds. */
export function joined(set: RuleSet, sources: readonly RuleSource[], read: readonly ReadSource[]): RuleSet {
  const rules = [...set.rules];
  const requirements = [...set.requirements];
  const faults = [...set.faults];
  const executables = new Map(set.executables.map((one) => [one.name, one]));
  for (const [at, one] of read.entries()) {
    if (!one.ok) faults.push(one.fault);
    else if (sources[at]?.form === "requirements")
      requirements.push(...one.file.rules.filter((rule) => rule.kind === "command"));
    else {
      rules.push(...one.file.rules);
      // A repository does not say which programs of the machine are what they seem.
      if (one.file.layer === "operator")
        for (const program of one.file.executables) executables.set(program.name, program);
    }
  }
  return { rules, requirements, faults, executables: [...executables.values()] };
}
