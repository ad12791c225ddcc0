export { type CommandAnswer, type CommandCheck, checkCommand } from "./check-command.ts";
export { type CommandLists, type DeclaredIntent, listSettings, resolvedDirs } from "./command-lists.ts";
export { createPolicy, type PolicyDeps } from "./create-policy.ts";
export type {
  Explanation,
  ListedRules,
  Opinion,
  PlaceSettings,
  Policy,
  PolicyAction,
  PolicyPlace,
  ProjectRules,
  ReadsShell,
} from "./policy.ts";
export { type DiffFile, type DiffWatch, needsPatch, type ProtectedChange } from "./protected/judge-diff.ts";
export { type RuleFunction, ruleFunctions } from "./rules/function-table.ts";
export { type CommandIntent, createShellReader, intentOf, type ShellReader } from "./shell/index.ts";
export type { Judgement, RuleMatch } from "./verdict.ts";
