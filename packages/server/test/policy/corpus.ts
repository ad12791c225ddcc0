import { readFileSync } from "node:fs";
import { judgeAction } from "../../src/policy/judge.ts";
import type { PolicyPlace, ReadsShell } from "../../src/policy/policy.ts";
import { compileRules } from "../../src/policy/rules/compiled.ts";
import { readRules } from "../../src/policy/rules/read-rules.ts";
import { noRules } from "../../src/policy/rules/rule.ts";
import type { Decision, Judgement } from "../../src/policy/verdict.ts";

/** A command with the decision it must get. */
export interface CorpusEntry {
  readonly line: number;
  readonly decision: Decision;
  readonly command: string;
}

/** The commands of `corpus.txt`. */
export function readCorpus(): CorpusEntry[] {
  return text("corpus.txt")
    .split("\n")
    .flatMap((line, index) => {
      const [, decision, written = ""] = /^(allow|prompt|forbidden) +(.*)$/.exec(line) ?? [];
      if (decision === undefined) return [];
      const command = written.startsWith('"') ? String(JSON.parse(written)) : written;
      return [{ line: index + 1, decision: decision as Decision, command }];
    });
}

const place: PolicyPlace = {
  workspace: "/w/tree",
  project_id: null,
  profile: "allow_listed",
  attended: true,
  rules: null,
  // Nobody listed the command: a person is asked.
  settings: {
    segment: (_, rule) => (rule === null ? { decision: "prompt", reason: "it is not on a list" } : null),
    action: () => null,
  },
};

/** Judges commands by the rules of `corpus.rules`, with the product's own judge. */
export function corpusJudge(reader: ReadsShell): (command: string) => Promise<Judgement> {
  const file = readRules({ file: "corpus.rules", layer: "operator", text: text("corpus.rules") });
  const deps = {
    rules: compileRules({ ...noRules, rules: file.rules, executables: file.executables }),
    commands: () => Promise.resolve(reader),
    home: "/home/u",
    realPath: (target: string) => Promise.resolve(target),
    isPlainInside: () => true,
  };
  return (command) => judgeAction(deps, { kind: "run", command, paths: [], summary: command }, place);
}

function text(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}
