import { describeRule } from "./describe-rule.ts";
import type { TriedRule } from "./policy.ts";
import { fitSegment } from "./rules/fit-command.ts";
import type { RuleSet } from "./rules/rule.ts";
import { intentOf } from "./shell/index.ts";
import type { JudgedSegment } from "./verdict.ts";

/** Every rule that was tried on a segment: those of commands, and of paths and hosts where it names any. */
export function triedOn({ segment, matches }: JudgedSegment, set: RuleSet): readonly TriedRule[] {
  const { reads, writes, network } = intentOf(segment);
  const names = { path: reads.length + writes.length > 0, host: Array.isArray(network) };
  return [...set.rules, ...set.requirements].flatMap((rule) => {
    const asked =
      rule.kind === "command" || ((rule.kind === "path" || rule.kind === "host") && names[rule.kind]);
    if (!asked) return [];
    const fit =
      rule.kind === "command"
        ? fitSegment(rule, segment, set.executables)
        : matches.find(({ id }) => id === rule.id);
    const { id, layer, justification } = rule;
    const decision = fit?.decision ?? rule.decision;
    return [{ id, layer, decision, justification, says: describeRule(rule), matched: fit?.matched ?? null }];
  });
}
