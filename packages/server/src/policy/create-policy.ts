import { judgeAction } from "./judge.ts";
import type { Policy, ReadsShell } from "./policy.ts";
import { realPath } from "./real-path.ts";
import { type CompiledRules, compileRules } from "./rules/compiled.ts";
import { noRules } from "./rules/rule.ts";

/** What a policy is made of. */
export interface PolicyDeps {
  /** Starts what reads commands; called when the first command is judged. */
  readonly commands: () => Promise<ReadsShell>;
  /** What `~` stands for. */
  readonly home: string;
}

/** The policy of a server. */
export function createPolicy(deps: PolicyDeps): Policy {
  const none: CompiledRules = compileRules(noRules);
  let reader: Promise<ReadsShell> | undefined;
  const commands = () => {
    reader ??= deps.commands();
    return reader;
  };
  return {
    judge: (action, place) =>
      judgeAction({ rules: none, commands, home: deps.home, realPath }, action, place),
  };
}
