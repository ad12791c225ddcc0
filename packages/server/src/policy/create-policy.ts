import { describeRule } from "./describe-rule.ts";
import { type JudgeDeps, judgeAction } from "./judge.ts";
import { type FinishedChange, judgeChange } from "./judge-change.ts";
import type { OperatorFiles } from "./operator-files.ts";
import type {
  Explanation,
  ListedRules,
  Policy,
  PolicyAction,
  PolicyPlace,
  ProjectRules,
  ReadsShell,
} from "./policy.ts";
import { isPlainInside, realPath } from "./real-path.ts";
import { joined, RuleBook, type RulesInForce } from "./rule-book.ts";
import { RuleHits, type RuleHitsDeps } from "./rule-hits.ts";
import { type CompiledRules, compileRules } from "./rules/compiled.ts";
import { readApart } from "./rules/read-apart.ts";
import { noRules, type Rule, type RuleSet } from "./rules/rule.ts";
import { triedOn } from "./tried-rules.ts";

/** What a policy is made of. */
export interface PolicyDeps extends RuleHitsDeps {
  /** Starts what reads commands; called when the first command is judged. */
  readonly commands: () => Promise<ReadsShell>;
  /** What `~` stands for. */
  readonly home: string;
  /** Where the operator's rules are. */
  readonly files: OperatorFiles;
}

/** The policy of a server. */
export function createPolicy(deps: PolicyDeps): Policy {
  return new RulePolicy(deps);
}

class RulePolicy implements Policy {
  readonly #deps: PolicyDeps;
  readonly #book: RuleBook;
  readonly #hits: RuleHits;
  #commands: Promise<ReadsShell> | undefined;

  constructor(deps: PolicyDeps) {
    this.#deps = deps;
    this.#book = new RuleBook(deps.files);
    this.#hits = new RuleHits(deps);
  }

  async judge(action: PolicyAction, place: PolicyPlace) {
    const { compiled } = await this.#book.inForce(place.rules);
    const judgement = await judgeAction(this.#judging(compiled), action, place);
    this.#hits.count(judgement);
    return judgement;
  }

  async judgeChange(change: FinishedChange, rules: ProjectRules | null) {
    const { compiled } = await this.#book.inForce(rules);
    return judgeChange(compiled.set, change);
  }

  async explain(command: string, place: PolicyPlace): Promise<Explanation> {
    const { compiled } = await this.#book.inForce(place.rules);
    const action = { kind: "run", command, paths: [], summary: command };
    const { segments, ...judgement } = await judgeAction(this.#judging(compiled), action, place);
    return {
      ...judgement,
      segments: segments.map((judged) => ({ ...judged, tried: triedOn(judged, compiled.set) })),
    };
  }

  async rehearse(text: string | null, project: ProjectRules | null) {
    const { compiled } = text === null ? await this.#book.inForce(project) : await this.#with(text);
    return (action: PolicyAction, place: PolicyPlace) => judgeAction(this.#judging(compiled), action, place);
  }

  async load(): Promise<ListedRules> {
    return this.#listed(await this.#book.load());
  }

  async list(project: ProjectRules | null): Promise<ListedRules> {
    return this.#listed(await this.#book.inForce(project));
  }

  async check(given: { file: string; text: string } | null): Promise<ListedRules> {
    return this.#listed(
      given === null ? await this.#book.look() : await this.#read(given.file, given.text, noRules),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#hits[Symbol.asyncDispose]();
  }

  #judging(rules: CompiledRules): JudgeDeps {
    const commands = () => {
      this.#commands ??= this.#deps.commands();
      return this.#commands;
    };
    return { rules, commands, home: this.#deps.home, realPath, isPlainInside };
  }

  /** A text in place of the operator's rules; the requirements stay. */
  async #with(text: string): Promise<RulesInForce> {
    const { compiled } = await this.#book.inForce(null);
    return this.#read("given", text, { ...noRules, requirements: compiled.set.requirements });
  }

  async #read(file: string, text: string, set: RuleSet): Promise<RulesInForce> {
    const sources = [{ file, text, layer: "operator", form: "rules" }] as const;
    const read = await readApart(sources);
    return { compiled: compileRules(joined(set, sources, read)), notes: [] };
  }

  async #listed({ compiled, notes }: RulesInForce): Promise<ListedRules> {
    const counted = await this.#hits.all();
    const { rules, requirements, faults } = compiled.set;
    const listed = (rule: Rule, required: boolean) => ({
      rule,
      says: describeRule(rule),
      required,
      hits: counted.get(rule.id)?.hits ?? 0,
      last_at: counted.get(rule.id)?.last_at ?? null,
    });
    return {
      rules: [...rules.map((rule) => listed(rule, false)), ...requirements.map((rule) => listed(rule, true))],
      faults,
      notes,
    };
  }
}
