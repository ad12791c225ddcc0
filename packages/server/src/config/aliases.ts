import type { ConfigPath } from "./keys.ts";

/** Another name of settings Harness has: a seed's own word, read into the same place. */
export interface ConfigAlias {
  /** Its dotted path in a file; null when it is a variable only. */
  readonly path: string | null;
  readonly variable?: string;
  readonly expected: string;
  /** One line for the reference page. */
  readonly doc: string;
  /** The settings a value stands for; a text says why it can stand for none. */
  read(value: unknown): Readonly<Partial<Record<ConfigPath, unknown>>> | string;
}

const switchWord = (value: unknown): boolean | undefined =>
  value === true || value === "true" || value === "1"
    ? true
    : value === false || value === "false" || value === "0"
      ? false
      : undefined;

function bool(
  expected: string,
  read: (on: boolean) => ReturnType<ConfigAlias["read"]>,
): Pick<ConfigAlias, "expected" | "read"> {
  return {
    expected,
    read: (value) => {
      const on = switchWord(value);
      return on === undefined ? `must be ${expected}` : read(on);
    },
  };
}

/** Names of seed 2 for settings there are already: one mechanism under two names, not two mechanisms. */
export const configAliases: readonly ConfigAlias[] = [
  {
    path: "exec_policy.approval_profile",
    expected: '"allow_all", "allow_listed" or "strict"',
    doc: "`approvals.profile`",
    read: (value) => ({ "approvals.profile": value }),
  },
  {
    path: "exec_policy.execution_strategy",
    expected: '"auto", "grounded", "deterministic" or "model"',
    doc: "`agents.execution_strategy`",
    read: (value) => ({ "agents.execution_strategy": value }),
  },
  {
    path: "exec_policy.sandbox_profile",
    expected: '"disabled", "workspace" or "networked_workspace"',
    doc: "`sandbox.profile`; `disabled` also raises `sandbox.max_profile`, as it says that agents run unconfined",
    read: (value) =>
      value === "disabled"
        ? { "sandbox.profile": value, "sandbox.max_profile": value }
        : { "sandbox.profile": value },
  },
  {
    path: "exec_policy.sandbox.network_access",
    variable: "HARPER_SANDBOX_NETWORK",
    doc: "`sandbox.agent_network`: true is `full`, false is `none`",
    ...bool("true or false", (on) => ({ "sandbox.agent_network": on ? "full" : "none" })),
  },
  {
    path: "exec_policy.sandbox.readonly_home",
    variable: "HARPER_SANDBOX_READONLY_HOME",
    doc: "nothing: an agent sees nothing of the home directory but its own login, and never writes there; false is refused",
    ...bool("true", (on) =>
      on
        ? {}
        : "must be true: the home directory is never writable. Name what agents may write in exec_policy.sandbox.writable_dirs",
    ),
  },
  {
    path: null,
    variable: "HARPER_SANDBOX_ENABLED",
    doc: "`sandbox.driver`: false is `none`; with true a server without a working sandbox runs nothing, as ever",
    ...bool("true or false", (on) => (on ? {} : { "sandbox.driver": "none" })),
  },
];

/** The alias of this path in a file. */
export function aliasAt(path: string): ConfigAlias | undefined {
  return configAliases.find((alias) => alias.path === path);
}
