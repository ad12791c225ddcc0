import { accountKeys } from "./account-keys.ts";
import { acpKeys } from "./acp-keys.ts";
import { agentAccountKeys } from "./agent-account-keys.ts";
import { agentKeys } from "./agent-keys.ts";
import { approvalKeys } from "./approval-keys.ts";
import { budgetKeys } from "./budget-keys.ts";
import { diskKeys } from "./disk-keys.ts";
import { endpointKeys } from "./endpoint-keys.ts";
import { execPolicyKeys } from "./exec-policy-keys.ts";
import { hookKeys } from "./hook-keys.ts";
import type { AnyConfigKey, ConfigKey } from "./key.ts";
import { loopKeys } from "./loop-keys.ts";
import { mcpKeys } from "./mcp-keys.ts";
import { nightKeys } from "./night-keys.ts";
import { notifyKeys } from "./notify-keys.ts";
import { policyKeys } from "./policy-keys.ts";
import { reportKeys } from "./report-keys.ts";
import { ruleKeys } from "./rule-keys.ts";
import { sandboxKeys } from "./sandbox-keys.ts";
import { serverKeys } from "./server-keys.ts";
import { strategyKeys } from "./strategy-keys.ts";
import { trustKeys } from "./trust-keys.ts";
import { upKeys } from "./up-keys.ts";
import { workKeys } from "./work-keys.ts";

/** Every setting Harness has. Schema, variables, flags, defaults and the reference page are read from this table. */
export const configKeys = {
  ...serverKeys,
  ...sandboxKeys,
  ...agentKeys,
  ...agentAccountKeys,
  ...acpKeys,
  ...endpointKeys,
  ...strategyKeys,
  ...accountKeys,
  ...approvalKeys,
  ...workKeys,
  ...nightKeys,
  ...budgetKeys,
  ...loopKeys,
  ...diskKeys,
  ...notifyKeys,
  ...reportKeys,
  ...upKeys,
  ...mcpKeys,
  ...ruleKeys,
  ...hookKeys,
  ...policyKeys,
  ...trustKeys,
  ...execPolicyKeys,
};

type Keys = typeof configKeys;
/** The dotted path of a setting. */
export type ConfigPath = keyof Keys;
type Value<K> = K extends ConfigKey<infer T, infer D> ? T | (null extends D ? null : never) : never;
type Flat = { readonly [P in ConfigPath]: Value<Keys[P]> };
type Head<P> = P extends `${infer H}.${string}` ? H : P;
type Below<F, H extends string> = {
  readonly [P in keyof F as P extends `${H}.${infer Rest}` ? Rest : never]: F[P];
};
type Tree<F> = {
  readonly [H in Head<keyof F> & string]: H extends keyof F ? F[H] : Tree<Below<F, H>>;
};

/** The resolved settings, nested as in the file. Paths are absolute; a value nobody set and that has no default is null. */
export type Config = Tree<Flat>;

/** The rows of the table in order. */
export function configRows(): readonly (readonly [ConfigPath, AnyConfigKey])[] {
  return Object.entries(configKeys) as [ConfigPath, AnyConfigKey][];
}

/** The variable of a setting: `HARNESS_LIMITS_MAX_ATTEMPTS` for `limits.max_attempts`, unless the row names another. */
export function configVariable(path: ConfigPath): string {
  const row: AnyConfigKey = configKeys[path];
  return row.env ?? `HARNESS_${path.replaceAll(".", "_").toUpperCase()}`;
}
